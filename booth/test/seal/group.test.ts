// The group, scalars, hashes and credentials against the unit vectors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deriveCredential } from "../../src/seal/credential.js";
import {
  base64,
  base64Hash,
  bytesOfBase64,
  bytesOfHex,
  hashToScalar,
  hex,
  sha256,
  utf8,
} from "../../src/seal/hash.js";
import { G, NEUTRAL, pointOfText, power, product, publicPower, textOfPoint } from "../../src/seal/point.js";
import { mod, Q, scalarOfText } from "../../src/seal/scalar.js";
import { unit } from "../data.js";

interface GroupVectors {
  q: string;
  generator: string;
  neutral: string;
  scalar_times_generator: { scalar: string; point: string }[];
  products: { a: string; b: string; product: string; quotient: string }[];
  invalid_points: { why: string; text: string }[];
  invalid_scalars: string[];
  hash_to_scalar: { prefix: string; elements: string[]; scalar: string }[];
}

const group = unit<GroupVectors>("group.json");

test("powers of the generator are those of the vectors", () => {
  assert.equal(Q, BigInt(group.q));
  assert.equal(textOfPoint(G), group.generator);
  assert.equal(textOfPoint(NEUTRAL), group.neutral);
  for (const { scalar, point } of group.scalar_times_generator) {
    const n = scalarOfText(scalar);
    assert.notEqual(n, null);
    assert.equal(textOfPoint(publicPower(G, n ?? 0n)), point);
    if (n !== 0n) {
      assert.equal(textOfPoint(power(G, n ?? 0n)), point);
    }
    assert.equal(textOfPoint(pointOfText("point", point)), point);
  }
});

test("products and quotients are those of the vectors", () => {
  for (const { a, b, product: expected, quotient } of group.products) {
    const [first, second] = [pointOfText("a", a), pointOfText("b", b)];
    assert.equal(textOfPoint(product([first, second])), expected);
    assert.equal(textOfPoint(first.subtract(second)), quotient);
  }
});

test("other texts are no points of the group", () => {
  for (const { why, text } of group.invalid_points) {
    assert.throws(() => pointOfText("point", text), { problem: "election" }, why);
  }
  for (const text of [
    "",
    group.generator.toUpperCase().replace("6", "A"),
    `${group.generator} `,
    5,
    null,
    undefined,
  ]) {
    assert.throws(() => pointOfText("point", text), { problem: "election" });
  }
});

test("scalars have one text", () => {
  for (const text of [...group.invalid_scalars, "9".repeat(200)]) {
    assert.equal(scalarOfText(text), null, text);
  }
  assert.equal(scalarOfText("0"), 0n);
  assert.equal(scalarOfText((Q - 1n).toString()), Q - 1n);
  assert.equal(mod(-1n), Q - 1n);
});

test("hashes to scalars are those of the vectors", () => {
  for (const { prefix, elements, scalar } of group.hash_to_scalar) {
    assert.equal(hashToScalar(prefix, elements).toString(), scalar);
  }
});

test("every hash of a whole election's votes is that of the trace", () => {
  const trace = unit<{
    steps: {
      hashes: { preimage: string; preimage_length: number; preimage_sha256: string; scalar: string }[];
    }[];
  }>("proof_hash_trace.json");
  const whole = trace.steps
    .flatMap(({ hashes }) => hashes)
    .filter((h) => h.preimage_length === h.preimage.length);
  assert.ok(whole.length > 20);
  for (const { preimage, preimage_sha256, scalar } of whole) {
    assert.equal(hex(sha256(utf8(preimage))), preimage_sha256);
    assert.equal(hashToScalar(preimage, []).toString(), scalar);
  }
});

test("credentials derive as in the vectors", () => {
  const { valid } = unit<{ valid: { uuid: string; credential: string; secret: string; public: string }[] }>(
    "credentials.json",
  );
  assert.ok(valid.length > 0);
  for (const { uuid, credential, secret, public: expected } of valid) {
    const derived = deriveCredential(uuid, credential);
    assert.equal(derived.secret.toString(), secret);
    assert.equal(derived.public, expected);
  }
});

test("bytes have one text in Base64", () => {
  const { hashes, base64_pairs } = unit<{
    hashes: { text: string; sha256_hex: string; base64: string }[];
    base64_pairs: { hex: string; b64: string }[];
  }>("json.json");
  for (const { text, base64: expected } of hashes) {
    assert.equal(base64Hash(utf8(text)), expected);
  }
  for (const pair of base64_pairs) {
    assert.equal(base64(bytesOfHex(pair.hex)), pair.b64);
    assert.deepEqual(hex(bytesOfBase64(pair.b64) ?? new Uint8Array()), pair.hex);
  }
  for (const bad of ["A", "AB=", "AB==", "A B", "AQF", "AB-_", "AQE\n"]) {
    assert.equal(bytesOfBase64(bad), null, bad);
  }
});
