/** Messages late, out of order, one's own and broken; what is secret is not shown. */

import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { RoomkeyError } from "../../../src/errors.ts";
import { ContentType } from "../../../src/mls/framing.ts";
import { Remove } from "../../../src/mls/index.ts";
import { follow, hear, Room, refused, restored, SUITES } from "./room.ts";

describe.each(SUITES)("with %s", (_name, suite) => {
  test("messages arrive late and out of order, each once", () => {
    const room = new Room(suite, 2);
    const sent = [0, 1, 2, 3, 4, 5].map((number) => room.at(1).protect(utf8(`${number}`)));
    const message = (number: number) => sent[number] ?? new Uint8Array();
    for (const number of [5, 0, 3, 1]) {
      expect(hear(room.at(0), message(number)).data).toEqual(utf8(`${number}`));
      refused("generation_consumed", () => room.at(0).process(message(number)));
    }
    room.groups.set(0, restored(room.at(0)));
    room.commit(0);
    expect(hear(room.at(0), message(4)).epoch).toBe(room.at(0).epoch - 1n);
    refused("generation_consumed", () => room.at(0).process(message(3)));
    for (let time = 0; time < 3; time++) room.commit(1);
    refused("wrong_epoch", () => room.at(0).process(message(2)));
  });

  test("the keys of proposals and commits go with their epoch", () => {
    const room = new Room(suite, 2);
    room.at(0).process(room.at(1).proposeUpdate());
    const { epoch } = room.at(0);
    room.commit(1);
    const past = room.at(0).unsafeState.past.get(epoch);
    expect(past?.secretTree.receive(1, ContentType.APPLICATION, 1).key).toBeDefined();
    refused("generation_consumed", () => past?.secretTree.receive(1, ContentType.PROPOSAL, 1));
  });

  test("own messages are told apart", () => {
    const room = new Room(suite, 2);
    const messages = [
      room.at(0).protect(utf8("x")),
      room.at(0).proposeUpdate(),
      room.at(0).proposeUpdate({ public: true }),
      room.at(0).commit().message,
      room.at(0).commit([], { public: true }).message,
    ];
    for (const message of messages) {
      refused("own_message", () => room.at(0).process(message));
    }
  });

  test("every broken byte is refused, and changes nothing", () => {
    const room = new Room(suite, 3);
    const group = room.at(0);
    const messages = [
      room.at(1).protect(utf8("hello")),
      room.at(1).commit([], { public: true }).message,
      room.at(1).commit().message,
      room.at(1).proposeUpdate(),
    ];
    group.encode();
    const before = group.encode();
    for (const message of messages) {
      for (let at = 0; at < message.length; at += Math.ceil(message.length / 40)) {
        const broken = message.slice();
        broken[at] = (broken[at] ?? 0) ^ 0x41;
        expect(() => group.process(broken), `byte ${at}`).toThrow(RoomkeyError);
      }
    }
    refused("proplist-02", () => group.commit([new Remove(0)]));
    refused("remove-01", () => group.propose(new Remove(17)));
    expect(group.encode()).toEqual(before);
    for (const message of messages) group.process(message);
  });

  test("secrets are not shown", () => {
    const room = new Room(suite, 2);
    const { secrets, signingKey } = room.at(1).unsafeState;
    const pending = room.at(1).commit();
    const { group } = follow(room.at(0), pending.message);
    for (const thing of [room.at(1), group, pending]) {
      const shown = inspect(thing, { depth: 9 }) + JSON.stringify(thing);
      for (const secret of [secrets.exporterSecret, signingKey]) {
        expect(shown).not.toContain(inspect(secret).slice(20, 60));
        expect(shown).not.toContain(JSON.stringify(secret));
      }
    }
  });
});
