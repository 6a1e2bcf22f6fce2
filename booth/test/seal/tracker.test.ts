// Trackers as words: the fixed list, and known hashes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { base64, hex, sha256, utf8 } from "../../src/seal/hash.js";
import { trackerWords } from "../../src/seal/tracker.js";

test("the words are the 2048 of the fixed list", () => {
  assert.equal(wordlist.length, 2048);
  const file = wordlist.map((word) => `${word}\n`).join("");
  assert.equal(hex(sha256(utf8(file))), "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
});

test("known hashes have known words", () => {
  assert.deepEqual(trackerWords(base64(new Uint8Array(32))), Array(12).fill("abandon"));
  assert.deepEqual(trackerWords(base64(new Uint8Array(32).fill(255))), Array(12).fill("zoo"));
  const one = new Uint8Array(32);
  one[1] = 0b0010_0000;
  assert.deepEqual(trackerWords(base64(one)).slice(0, 2), ["ability", "abandon"]);
});

test("what is no tracker has no words", () => {
  for (const bad of ["", "abc", "A".repeat(44), `${"A".repeat(42)}B`, `${"A".repeat(42)}=`]) {
    assert.throws(() => trackerWords(bad), RangeError, bad);
  }
});
