"""Going away and coming back: a reload, a lost network, a relay that ends."""

import re
from collections.abc import Callable

from people import Person, gather
from playwright.sync_api import expect
from relay_process import Relay
from tab import ROOM_KEY

People = Callable[..., Person]

SERVICE_RESTART = 1012
NOTE_CLOSINGS = """() => {
  self.closings = [];
  const known = new WeakSet();
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (frame) {
    if (!known.has(this)) this.addEventListener("close", ({ code }) => closings.push(code));
    known.add(this);
    send.call(this, frame);
  };
}"""
"""In a worker: keep the code with which each connection is closed that something was sent on."""
NOTE_ALARMS = """() => {
  window.alarms = [];
  const alarming = ".toast, [role=alert]";
  new MutationObserver((changes) => {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
    for (const node of added.filter((one) => one instanceof Element)) {
      const found = [...node.querySelectorAll(alarming)];
      if (node.matches(alarming)) found.push(node);
      alarms.push(...found.map((one) => one.textContent));
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""In a page: keep every toast and alert, however short it is seen."""


def test_a_reload_goes_on_in_place_without_a_new_member(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    code = gather(ada, bob)
    ada.say("Before the reload")
    bob.sees("Before the reload")
    digits = ada.safety_digits()
    bob.page.reload()
    bob.is_in_room()
    bob.sees("Before the reload")
    bob.is_online()
    bob.say("After the reload")
    ada.sees("Before the reload", "After the reload")
    for one in (ada, bob):
        one.has_people("Ada", "Bob")
        expect(one.notice("Bob joined")).to_have_count(1)
        assert one.safety_digits() == digits
    bob.open()
    bob.page.get_by_role("link", name=code).click()
    bob.sees("Before the reload", "After the reload")


def test_without_a_network_messages_wait_and_go_out_exactly_once(person: People) -> None:
    ada, bob = person("Ada"), person("Bob")
    gather(ada, bob)
    ada.say("one")
    ada.has_sent("one")
    ada.context.set_offline(True)
    ada.say("two")
    ada.say("three")
    expect(ada.message("three")).to_contain_text("waiting to be sent")
    expect(ada.connection).to_have_text(
        re.compile(r"^Offline: 2 messages wait and will be sent\. ?(Next try in|Trying)")
    )
    bob.say("Where are you?")
    bob.has_sent("Where are you?")
    ada.context.set_offline(False)
    ada.is_online()
    ada.has_sent("one", "two", "three")
    for one in (ada, bob):
        one.sees("one", "two", "three", "Where are you?")
        assert one.texts() == ["one", "Where are you?", "two", "three"]


def test_a_relay_that_was_killed_loses_and_doubles_nothing(
    person: People, own_relay: Relay
) -> None:
    ada, bob = person("Ada", own_relay), person("Bob", own_relay)
    gather(ada, bob)
    ada.say("one")
    bob.sees("one")
    own_relay.kill()
    for one in (ada, bob):
        expect(one.connection).to_contain_text("Offline")
    ada.say("two")
    bob.say("three")
    expect(ada.connection).to_contain_text("Offline: 1 message waits and will be sent.")
    own_relay.start()
    for one in (ada, bob):
        one.is_online()
        one.sees("one", "two", "three")
        assert len(one.texts()) == 3
    assert ada.texts() == bob.texts()


def test_a_relay_that_starts_again_is_an_offline_room_for_a_while_and_no_alarm(
    person: People, own_relay: Relay
) -> None:
    ada, bob = person("Ada", own_relay), person("Bob", own_relay)
    gather(ada, bob)
    for one in (ada, bob):
        one.page.evaluate(NOTE_ALARMS)
        [worker] = one.page.workers
        worker.evaluate(NOTE_CLOSINGS)
    ada.say("before")
    bob.sees("before")
    bob.say("before as well")
    ada.sees("before as well")
    own_relay.stop()
    for one in (ada, bob):
        expect(one.connection).to_have_text(re.compile(r"^Offline (Next try in|Trying again)"))
        [worker] = one.page.workers
        assert worker.evaluate("() => closings") == [SERVICE_RESTART]
    ada.say("meanwhile")
    expect(ada.message("meanwhile")).to_contain_text("waiting to be sent")
    expect(ada.connection).to_have_text(
        re.compile(r"^Offline: 1 message waits and will be sent\. (Next try in|Trying again)")
    )
    own_relay.start()
    ada.has_sent("meanwhile")
    bob.sees("before", "meanwhile")
    for one in (ada, bob):
        one.is_online()
        assert one.page.evaluate("() => alarms") == []
    assert ada.texts() == bob.texts() == ["before", "before as well", "meanwhile"]


def test_the_page_opens_without_its_relay_and_what_was_written_goes_out_when_it_is_back(
    person: People, own_relay: Relay
) -> None:
    ada, bob = person("Ada", own_relay), person("Bob", own_relay)
    gather(ada, bob)
    bob.say("one")
    ada.sees("one")
    # the page keeps itself for later in its own time
    ada.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    own_relay.kill()
    ada.page.reload()
    ada.sees("one")
    expect(ada.connection).to_contain_text("Offline")
    ada.say("two")
    ada.page.reload()
    ada.sees("one", "two")
    expect(ada.connection).to_contain_text("Offline: 1 message waits and will be sent.")
    own_relay.start()
    ada.has_sent("two")
    bob.sees("two")
    assert bob.texts() == ["one", "two"]


def test_who_joins_while_the_relay_is_away_is_told_and_can_try_again(
    person: People, own_relay: Relay
) -> None:
    ada, bob = person("Ada", own_relay), person("Bob", own_relay)
    code = ada.create()
    bob.open(f"/r/{code}")
    expect(bob.join_button).to_be_visible()
    own_relay.kill()
    bob.answer_for_key(ROOM_KEY)
    expect(bob.page.get_by_role("alert")).to_contain_text("The server does not answer.")
    own_relay.start()
    bob.join_button.click()
    bob.is_in_room()
    ada.has_people("Ada", "Bob")
