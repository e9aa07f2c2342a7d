"""Presence and typing through a real relay."""

from client_toolkit import KEY, Listener, Relay, said, scene

from roomkey import ConnectionState, MemberPresence, MemberTyping


@scene
async def test_people_see_who_is_here_and_who_types(relay: Relay) -> None:
    async with (
        relay.client("a") as a,
        relay.client("b") as b,
        relay.client("c", presence=False) as c,
    ):
        ann = await a.create(KEY, "Ann")
        at_ann = Listener(ann)
        await at_ann.state(ConnectionState.ONLINE)
        bob = await b.join(ann.code, KEY, "Bob")
        at_bob = Listener(bob)
        here = await at_ann.of(MemberPresence)
        assert (here.member.name, here.presence) == ("Bob", "here")
        assert ann.presence(here.member) == "here"
        seen = await at_bob.of(MemberPresence)
        assert (seen.member.name, seen.presence) == ("Ann", "here")
        await bob.signal_typing(True)
        typing = await at_ann.of(MemberTyping)
        assert (typing.member.name, typing.is_typing) == ("Bob", True)
        assert ann.is_typing(typing.member)
        await said(bob, "what was typed")
        await at_ann.until(lambda e: isinstance(e, MemberTyping) and not e.is_typing)
        await ann.signal_away(True)
        await at_bob.until(lambda e: isinstance(e, MemberPresence) and e.presence == "away")
        cid = await c.join(ann.code, KEY, "Cid")
        at_cid = Listener(cid)
        await cid.signal_typing(True)
        await said(cid, "hardly here")
        await at_ann.text("hardly here")
        await bob.signal_away(True)
        await at_cid.until(lambda e: isinstance(e, MemberPresence))
        names = {e.member.name for e in at_ann.events if isinstance(e, MemberPresence)}
        assert names == {"Bob"}
