import { Exchange, generatePrivateKey, sharedSecret } from "../dh/exchange.ts";
import { namedGroup } from "../dh/named_groups.ts";
import type { LargeExchange } from "./demo.ts";

/** Make an exchange in the group ffdhe2048 of RFC 7919, with private keys drawn now. */
export function largeExchange(): LargeExchange {
  const begun = performance.now();
  const group = namedGroup("ffdhe2048");
  const exchange = new Exchange(group, generatePrivateKey(group), generatePrivateKey(group));
  const { a, b, publicA, publicB, secret } = exchange;
  const secretOfB = sharedSecret(group, b, publicA);
  return {
    p: String(group.p),
    g: String(group.g),
    a: String(a),
    b: String(b),
    publicA: String(publicA),
    publicB: String(publicB),
    secretOfA: String(secret),
    secretOfB: String(secretOfB),
    milliseconds: performance.now() - begun,
  };
}
