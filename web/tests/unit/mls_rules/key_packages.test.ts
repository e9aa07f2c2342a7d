/** Key packages that may not be used are refused when somebody proposes to add their owner. */

import { test } from "vitest";
import { Add, type KeyPackage, type RuleId } from "../../../src/mls/index.ts";
import { editedKeyPackage, forgeKeyPackage } from "./forged_key_packages.ts";
import { forgeMessage } from "./forged_messages.ts";
import { breach, makeRoom, newBundle, newIdentity, SUITE } from "./rooms.ts";

function refuse(rule: RuleId, keyPackage: KeyPackage): void {
  const room = makeRoom(2);
  const message = forgeMessage(room.at(0), new Add(keyPackage));
  breach(rule, [room.at(1)], () => room.at(1).process(message));
}

test("a key package of another version is refused", () => {
  refuse("keypkg-01", forgeKeyPackage({ parts: { version: 2 } }));
});

test("a key package of another suite is refused", () => {
  refuse("keypkg-02", forgeKeyPackage({ parts: { cipherSuite: 1 } }));
});

test("a key package with one key for two uses is refused", () => {
  const identity = newIdentity("newcomer");
  const good = newBundle(identity).keyPackage;
  const one = editedKeyPackage(good, { initKey: good.leafNode.encryptionKey });
  refuse("keypkg-03", one.sign(SUITE, identity.privateKey));
});

test("a key package changed after it was signed is refused", () => {
  const { initKey } = forgeKeyPackage();
  refuse("keypkg-04", forgeKeyPackage({ partsAfterSigning: { initKey } }));
});

test.each([0, 31, 33])("a key package whose init key has %i bytes is refused", (length) => {
  const initKey = new Uint8Array(length).fill(5);
  refuse("keypkg-05", forgeKeyPackage({ parts: { initKey } }));
});
