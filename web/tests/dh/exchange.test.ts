import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPrivateKey, isWithinReach } from "../../src/dh/eavesdropper.ts";
import { Exchange, generatePrivateKey, publicValue, sharedSecret } from "../../src/dh/exchange.ts";
import { Group } from "../../src/dh/group.ts";
import { NAMED_GROUPS, namedGroup } from "../../src/dh/named_groups.ts";
import { isPrime, power, primeFactors } from "../../src/dh/primes.ts";
import { remarks } from "../../src/dh/remarks.ts";
import { steps } from "../../src/dh/steps.ts";
import { ExchangeRefused } from "../../src/errors.ts";

const divides = (n: number) => (_: unknown, d: number) => d > 1 && d * d <= n && n % d === 0;
const PRIMES = Array.from({ length: 3000 }, (_, n) => n).filter(
  (n) => n >= 5 && !Array.from({ length: 55 }).some(divides(n)),
);

// SHA-256 of p, big-endian, as OpenSSL 3.0.19 has it.
const OPENSSL = [
  "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966",
  "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17",
  "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e",
  "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7",
  "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833",
];

const groups = fc
  .constantFrom(...PRIMES)
  .chain((p) => fc.integer({ min: 2, max: p - 2 }).map((g) => Group.of(BigInt(p), BigInt(g))));

function problem(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ExchangeRefused) return error.problem;
    throw error;
  }
  return "none";
}

function powersOf(group: Group): Set<bigint> {
  const found = new Set<bigint>();
  for (let value = group.g; !found.has(value); value = (value * group.g) % group.p) {
    found.add(value);
  }
  return found;
}

describe("the exchange", () => {
  it("gives 6 and 16 and 9 in the worked example", () => {
    const exchange = new Exchange(Group.of(23n, 9n), 4n, 3n);
    expect([exchange.publicA, exchange.publicB, exchange.secret]).toEqual([6n, 16n, 9n]);
    const taken = steps(exchange);
    expect(taken.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(taken.map(({ values }) => Object.fromEntries(values))).toEqual([
      { p: 23n, g: 9n },
      { a: 4n },
      { b: 3n },
      { A: 6n },
      { B: 16n },
      { s: 9n },
      { s: 9n },
    ]);
    const open = taken.filter(({ isPublic }) => isPublic).flatMap(({ values }) => values);
    expect(open.map(([letter]) => letter)).toEqual(["p", "g", "A", "B"]);
  });

  it("knows that 9 is no primitive root modulo 23, and 5 is", () => {
    const nine = Group.of(23n, 9n);
    expect([nine.order, nine.isPrimitive, nine.leastPrimitiveRoot]).toEqual([11n, false, 5n]);
    expect(remarks(nine)).toEqual(["toy", "not_primitive", "safe_prime"]);
    expect(remarks(Group.of(23n, 5n))).toEqual(["toy", "primitive", "safe_prime"]);
    expect(remarks(Group.of(31n, 3n))).toEqual(["toy", "primitive", "order_composite"]);
  });

  it("leads both to the same secret in any group", () => {
    fc.assert(
      fc.property(groups, (group) => {
        const [a, b] = [generatePrivateKey(group), generatePrivateKey(group)];
        const secret = sharedSecret(group, a, publicValue(group, b));
        expect(sharedSecret(group, b, publicValue(group, a))).toBe(secret);
        expect(powersOf(group).has(secret)).toBe(true);
      }),
    );
  });

  it("takes a public value if and only if it is a power that hides its exponent", () => {
    fc.assert(
      fc.property(groups, fc.bigInt(-3n, 3000n), (group, value) => {
        const isPower = powersOf(group).has(value) && value !== 1n && value !== group.p - 1n;
        const inside = value >= 2n && value <= group.p - 2n;
        const refused = inside ? "public_value_outside_group" : "public_value_out_of_range";
        const key = generatePrivateKey(group);
        expect(problem(() => sharedSecret(group, key, value))).toBe(isPower ? "none" : refused);
      }),
    );
  });

  it.each([
    [24n, 5n, "p_not_prime"],
    [561n, 2n, "p_not_prime"],
    [3825123056546413051n, 2n, "p_not_prime"],
    [3n, 2n, "p_too_small"],
    [(1n << 4096n) + 1n, 2n, "p_too_large"],
    [23n, 1n, "g_out_of_range"],
    [23n, 22n, "g_out_of_range"],
  ])("refuses the group of p = %d and g = %d", (p, g, expected) => {
    expect(problem(() => Group.of(p, g))).toBe(expected);
  });

  it("names a divisor where it is found at once", () => {
    expect(() => Group.of(24n, 5n)).toThrow("24 = 2 × 12");
  });

  it("refuses private keys that hide nothing", () => {
    const group = Group.of(23n, 5n);
    expect(problem(() => publicValue(group, 0n))).toBe("private_key_out_of_range");
    expect(problem(() => publicValue(group, 22n))).toBe("private_key_out_of_range");
    expect(problem(() => publicValue(group, 11n))).toBe("private_key_gives_itself_away");
    expect(problem(() => new Exchange(group, 3n, 11n))).toBe("private_key_gives_itself_away");
  });

  it("is broken by trying, where the group is small", () => {
    fc.assert(
      fc.property(groups, (group) => {
        const value = publicValue(group, generatePrivateKey(group));
        expect(isWithinReach(group)).toBe(true);
        expect(power(group.g, findPrivateKey(group, value), group.p)).toBe(value);
      }),
    );
    expect(isWithinReach(namedGroup("ffdhe2048"))).toBe(false);
  });
});

describe("groups", () => {
  it("count their different powers", () => {
    fc.assert(
      fc.property(groups, (group) => {
        expect(group.order).toBe(BigInt(powersOf(group).size));
      }),
    );
  });

  it("of RFC 7919 are those that other software has", () => {
    const digests = NAMED_GROUPS.map((name) => {
      const group = namedGroup(name);
      expect([group.g, group.order]).toEqual([2n, (group.p - 1n) / 2n]);
      return createHash("sha256")
        .update(Buffer.from(group.p.toString(16), "hex"))
        .digest("hex");
    });
    expect(digests).toEqual(OPENSSL);
    expect(problem(() => namedGroup("ffdhe1024"))).toBe("unknown_group");
  });

  it("of unknown order give no private key that leads back to one", () => {
    const prime = (1n << 61n) - 1n;
    const group = Group.of(prime, power(37n, (prime - 1n) / 3n, prime));
    expect(group.order).toBeUndefined();
    const drawn = [2n, 5n, 6n];
    expect(generatePrivateKey(group, () => drawn.shift() ?? 0n)).toBe(7n);
    expect(publicValue(group, 7n)).toBe(group.g);
  });

  it("of unknown structure are said to be so", () => {
    const group = Group.of((1n << 61n) - 1n, 3n);
    expect([group.order, group.isPrimitive, group.leastPrimitiveRoot]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(remarks(group)).toEqual(["toy", "order_unknown"]);
  });
});

describe("primes", () => {
  it("are those that nothing divides", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (n) => {
        const divided = Array.from({ length: 317 }).some(divides(n));
        expect(isPrime(BigInt(n))).toBe(n >= 2 && !divided);
      }),
    );
  });

  it("are what a number is taken apart into", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 1n << 36n), (n) => {
        let rest = n;
        for (const prime of primeFactors(n)) {
          expect(isPrime(prime)).toBe(true);
          expect(rest % prime).toBe(0n);
          while (rest % prime === 0n) rest /= prime;
        }
        expect(rest).toBe(1n);
      }),
    );
  });
});
