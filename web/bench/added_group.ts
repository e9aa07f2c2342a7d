/** The most costly group there is: all members were added by one commit, and have done nothing yet. */

import { utf8 } from "../src/crypto/bytes.ts";
import type { CipherSuite } from "../src/crypto/suite.ts";
import { createKeyPackage, type Environment, Group, SigningIdentity } from "../src/mls/index.ts";
import { Add } from "../src/mls/proposal.ts";

const LIFETIME_SECONDS = 86400;

/** Make a group of `size` members, as the one who added the others sees it. */
export function addedGroup(suite: CipherSuite, size: number, environment: Environment): Group {
  const creator = SigningIdentity.generate(suite, utf8("0"));
  const group = Group.create(creator, utf8("bench"), environment);
  const adds = Array.from({ length: size - 1 }, (_, number) => {
    const identity = SigningIdentity.generate(suite, utf8(String(number + 1)));
    const options = { lifetimeSeconds: LIFETIME_SECONDS };
    return new Add(createKeyPackage(identity, environment, options).keyPackage);
  });
  const made = group.commit(adds).group;
  made.encode();
  return made;
}
