// Random numbers of proofs: never one for two statements, whatever the generator does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browserRandom, Nonces } from "../../src/seal/random.js";
import { Q } from "../../src/seal/scalar.js";
import { Seeded } from "../seeded.js";

test("a generator that repeats itself gives other numbers for other secrets and statements", () => {
  const stuck = (bytes: Uint8Array) => void bytes.fill(7);
  const first = (secrets: bigint[], statement: string) => new Nonces(stuck, secrets, statement).next();
  const drawn = [
    first([], ""),
    first([1n], "a"),
    first([2n], "a"),
    first([1n], "b"),
    first([1n, 0n], "a"),
    first([0n, 1n], "a"),
    first([], "a"),
    first([Q - 1n], "a"),
  ];
  assert.equal(new Set(drawn).size, drawn.length);
  assert.equal(first([1n], "a"), drawn[1]);
});

test("every number of a stream is another one, below the order", () => {
  const nonces = new Nonces(new Seeded("stream").source, [5n], "statement");
  const drawn = Array.from({ length: 500 }, () => nonces.next());
  assert.equal(new Set(drawn).size, drawn.length);
  assert.ok(drawn.every((n) => n >= 0n && n < Q));
  assert.ok(drawn.some((n) => n > Q / 2n) && drawn.some((n) => n < Q / 2n));
});

test("a stream that was wiped gives no more numbers", () => {
  const nonces = new Nonces(new Seeded("wiped").source, [], "");
  nonces.wipe();
  nonces.wipe();
  assert.throws(() => nonces.next());
});

test("a generator that fails is not passed over", () => {
  const broken = () => {
    throw new Error("no randomness");
  };
  assert.throws(() => new Nonces(broken, [1n], "a"), /no randomness/);
});

test("the browser's generator fills everything", { skip: globalThis.crypto === undefined }, () => {
  const bytes = new Uint8Array(64);
  browserRandom(bytes);
  assert.ok(new Set(bytes).size > 20);
});
