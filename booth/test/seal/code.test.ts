// Voting codes: the design's vectors, forgiving reading, and slips that are named.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { credentialOfCode, parseCode, VotingCode } from "../../src/seal/code.js";
import { hex, sha256, utf8 } from "../../src/seal/hash.js";
import { Seeded } from "../seeded.js";

const VECTORS = [
  ["00000000000000000000000000000000", "0000-0000-0000-0000-0000-0000-00NB", "11111-111111-11111-111111"],
  ["ffffffffffffffffffffffffffffffff", "7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ43", "YcVfx-kQb6JR-zqk5k-F2tNLv"],
  ["0123456789abcdef0123456789abcdef", "014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9", "199dn-6s7bZo-VpjzY-ciVNgN"],
] as const;

function read(text: string): string {
  const result = parseCode(text);
  return "code" in result ? hex(result.code.copy()) : JSON.stringify(result);
}

test("the vectors of the design hold", () => {
  for (const [number, code, credential] of VECTORS) {
    assert.equal(read(code), number);
    assert.equal(credentialOfCode(Buffer.from(number, "hex")), credential);
  }
});

test("codes are read as people write them", () => {
  for (const typed of [
    "014d2pf2dbsqqg28t5cy4tqkffb9",
    "  014d 2pf2 dbsq qg28 t5cy 4tqk ffb9\r\n",
    "O14D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9",
    "oi4D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9",
    "0L4d–2PF2—DBSQ‑QG28−T5CY‐4TQK－FFB9",
    "0l4d\u{a0}2PF2\u{202f}DBSQ\u{2009}QG28\tT5CY\u{200b}4TQK FFB9",
    "014D--2PF2 - DBSQ_QG28-T5CY-4TQK-FFB9-",
    "\u{feff}014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9",
    "01-4D2-PF2DBSQQG-28T5CY4-TQKFFB9",
  ]) {
    assert.equal(read(typed), VECTORS[2][0], typed);
  }
});

test("slips are named, with their place where there is one", () => {
  assert.deepEqual(parseCode(""), { problem: "empty" });
  assert.deepEqual(parseCode(" - – \n"), { problem: "empty" });
  assert.deepEqual(parseCode("014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB"), { problem: "length", at: 27 });
  assert.deepEqual(parseCode(`${VECTORS[2][1]}0`), { problem: "length", at: 29 });
  assert.deepEqual(parseCode("0".repeat(100_000)), { problem: "length", at: 4096 });
  assert.deepEqual(parseCode("014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB8"), { problem: "check" });
  assert.deepEqual(parseCode("014D-2PF2-DUSQ-QG28-T5CY-4TQK-FFB9"), { problem: "letter", at: 9 });
  assert.deepEqual(parseCode("é14D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9"), { problem: "letter", at: 0 });
  assert.deepEqual(parseCode("014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB😀"), { problem: "letter", at: 27 });
  // Letters that only look like ones that codes have, or become such as capitals.
  for (const odd of ["ı", "ſ", "О", "А", "*", "#", "."]) {
    assert.deepEqual(parseCode(`01${odd}D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9`), { problem: "letter", at: 2 }, odd);
  }
});

test("no code stands for a number beyond 128 bits", () => {
  const digits = "80000000000000000000000000";
  const hash = sha256(utf8(`scrutineer code|${digits}`));
  const bits = ((hash[0] ?? 0) << 2) | ((hash[1] ?? 0) >> 6);
  const base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const code = `${digits}${base32[bits >> 5]}${base32[bits & 31]}`;
  assert.deepEqual(parseCode(code), { problem: "letter", at: 0 });
});

test("of a thousand codes with one wrong or two swapped characters hardly any passes", () => {
  const seeded = new Seeded("slips");
  const base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const code = VECTORS[2][1].replaceAll("-", "");
  let passed = 0;
  for (let i = 0; i < 1000; i++) {
    const at = seeded.below(27);
    const letters = Array.from(code);
    if (i % 2 === 0) {
      const others = Array.from(base32).filter((c) => c !== letters[at]);
      letters[at] = seeded.pick(others);
    } else {
      const [a = "", b = ""] = [letters[at + 1], letters[at]];
      letters.splice(at, 2, a, b);
    }
    if (letters.join("") !== code && "code" in parseCode(letters.join(""))) {
      passed++;
    }
  }
  assert.ok(passed <= 8, `${passed} passed`);
});

test("a code shows itself nowhere, and can be wiped", () => {
  const code = new VotingCode(Uint8Array.from({ length: 16 }, (_, i) => i + 200));
  for (const shown of [`${code}`, JSON.stringify({ code }), inspect(code, { depth: 9, showHidden: true })]) {
    assert.doesNotMatch(shown, /20[0-9]|21[0-9]|c8c9/i);
  }
  const copy = code.copy();
  code.wipe();
  assert.equal(hex(code.copy()), "00".repeat(16));
  assert.equal(copy[0], 200);
});
