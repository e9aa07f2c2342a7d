// Write vectors/crypto/ed25519.json: signatures on which implementations of RFC 8032 disagree, and
// the verdict that all members of a group must reach: no cofactor, R compared as bytes.
//
//     node tools/make_ed25519_vectors.mjs

import { writeFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";

const { Point } = ed25519;
const { Fn } = Point;
const ORDER_8 = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");

const littleEndian = (bytes) => BigInt(`0x${bytesToHex(bytes.slice().reverse())}`);
const hashed = (text) => Fn.create(littleEndian(sha512(new TextEncoder().encode(text))));
const secret = hashed("secret");
const nonce = hashed("nonce");

function challenge(commitment, publicKey, message) {
  return Fn.create(littleEndian(sha512(concatBytes(commitment, publicKey, message))));
}

function sign(publicKey, commitment, message) {
  const scalar = Fn.create(nonce + challenge(commitment, publicKey, message) * secret);
  return concatBytes(commitment, Fn.toBytes(scalar));
}

function vector(why, result, publicKey, message, signature) {
  return {
    why,
    public: bytesToHex(publicKey),
    message: bytesToHex(message),
    signature: bytesToHex(signature),
    result,
  };
}

function messages() {
  return Array.from({ length: 64 }, (_, number) => Uint8Array.of(number));
}

const key = Point.BASE.multiply(secret);
const commitment = Point.BASE.multiply(nonce);
const vectors = [];

const plain = key.toBytes();
const [first] = messages();
const honest = sign(plain, commitment.toBytes(), first);
vectors.push(vector("an honest signature", "valid", plain, first, honest));

const tooLarge = (littleEndian(honest.slice(32)) + Fn.ORDER).toString(16).padStart(64, "0");
const malleable = concatBytes(
  honest.slice(0, 32),
  Uint8Array.from(Buffer.from(tooLarge, "hex")).reverse(),
);
vectors.push(vector("the scalar is not reduced", "invalid", plain, first, malleable));

for (const [name, torsion] of [
  ["8", ORDER_8],
  ["4", ORDER_8.double()],
  ["2", ORDER_8.double().double()],
]) {
  const mixed = commitment.add(torsion).toBytes();
  const signature = sign(plain, mixed, first);
  vectors.push(
    vector(
      `R has a part of order ${name}: only with a cofactor`,
      "invalid",
      plain,
      first,
      signature,
    ),
  );
}

const mixedKey = key.add(ORDER_8).toBytes();
for (const [remainder, result] of [
  [0n, "valid"],
  [1n, "invalid"],
  [4n, "invalid"],
]) {
  const fits = (message) => challenge(commitment.toBytes(), mixedKey, message) % 8n === remainder;
  const message = messages().find(fits);
  vectors.push(
    vector(
      `the key has a part of order 8, the challenge leaves ${remainder} of eight`,
      result,
      mixedKey,
      message,
      sign(mixedKey, commitment.toBytes(), message),
    ),
  );
}

for (let factor = 1n; factor <= 8n; factor++) {
  const small = (factor === 8n ? Point.ZERO : ORDER_8.multiplyUnsafe(factor)).toBytes();
  const forged = concatBytes(Point.BASE.multiply(nonce).toBytes(), Fn.toBytes(nonce));
  const fits = (message) => challenge(forged.slice(0, 32), small, message) % 8n === 0n;
  const message = messages().find(fits);
  vectors.push(
    vector("the key has a small order, anybody signs", "invalid", small, message, forged),
  );
}

const file = new URL("../../vectors/crypto/ed25519.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(vectors, undefined, 1)}\n`);
