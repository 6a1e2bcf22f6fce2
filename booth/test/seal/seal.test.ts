// Sealing: votes in elections of every supported kind hold under the test's own verifier, open to what was chosen, and no
// field of them can be changed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sealVote } from "../../src/seal/ballot.js";
import { type Election, readElection } from "../../src/seal/election.js";
import { base64Hash, bytesOfBase64, hex, utf8 } from "../../src/seal/hash.js";
import { eightTimes, G, pointOfText, publicPower, textOfPoint } from "../../src/seal/point.js";
import { bitsOf, type Choice } from "../../src/seal/question.js";
import { mod, Q } from "../../src/seal/scalar.js";
import {
  codeBytes,
  electionOf,
  forVerifier,
  publicCredential,
  question,
  randomChoice,
  randomQuestion,
  randomSecret,
} from "../elections.js";
import { Seeded } from "../seeded.js";
import { read, verifyVote } from "../verifier.js";

/** The sealed bits as the holder of the election's key sees them. */
function opened(vote: string, secret: bigint): number[][] {
  return read(vote).answers.map(({ choices }) =>
    choices.map(({ alpha, beta }) => {
      const m = pointOfText("beta", beta).subtract(publicPower(pointOfText("alpha", alpha), secret));
      const bit = [0n, 1n].findIndex((bit) => publicPower(G, bit).equals(m));
      assert.notEqual(bit, -1);
      return bit;
    }),
  );
}

test("random votes in random elections hold and open to what was chosen", () => {
  const seeded = new Seeded("random elections");
  for (let run = 0; run < 12; run++) {
    const secret = randomSecret(seeded);
    const questions = Array.from({ length: 1 + seeded.below(3) }, () => randomQuestion(seeded));
    const election = electionOf(questions, secret);
    const choices = questions.map((q) => randomChoice(seeded, q));
    const code = seeded.bytes(16);
    const sealed = sealVote(election, code, choices, seeded.source);
    verifyVote(forVerifier(election), sealed.vote);
    assert.deepEqual(
      opened(sealed.vote, secret),
      questions.map((q, i) => bitsOf(q, choices[i] as Choice)),
    );
    assert.equal(sealed.tracker, base64Hash(utf8(sealed.vote)));
    assert.equal(read(sealed.vote).credential, publicCredential(election, code));
  }
});

/** What the eighths of a vote are those of, as texts of points. */
function eightTimesEach(eighths: string): string[] {
  const bytes = bytesOfBase64(eighths) ?? assert.fail("no Base64");
  assert.equal(bytes.length % 32, 0);
  return Array.from({ length: bytes.length / 32 }, (_, i) => {
    const eighth = pointOfText("eighth", hex(bytes.slice(32 * i, 32 * i + 32).reverse()));
    return textOfPoint(eightTimes(eighth));
  });
}

function pointsOf(vote: string): string[] {
  return read(vote).answers.flatMap(({ choices }) => choices.flatMap(({ alpha, beta }) => [alpha, beta]));
}

test("the eighths are those of the vote's points, in their order", () => {
  const seeded = new Seeded("eighths");
  for (let run = 0; run < 4; run++) {
    const questions = Array.from({ length: 1 + run }, () => randomQuestion(seeded));
    const choices = questions.map((q) => randomChoice(seeded, q));
    const { vote, eighths } = sealVote(electionOf(questions), seeded.bytes(16), choices, seeded.source);
    assert.deepEqual(eightTimesEach(eighths), pointsOf(vote));
  }
});

test("of a long vote the first points have eighths", () => {
  const answers = Array.from({ length: 66 }, (_, i) => `Candidate ${i + 1}`);
  const election = electionOf([question({ answers })]);
  const { vote, eighths } = sealVote(election, codeBytes(), [[65]], new Seeded("long").source);
  assert.deepEqual(eightTimesEach(eighths), pointsOf(vote).slice(0, 128));
  assert.ok(eighths.length < 5500);
});

test("every way to answer one question of each kind holds", () => {
  const seeded = new Seeded("every way");
  const cases: [Parameters<typeof question>[0], Choice[]][] = [
    [{}, [[0], [1]]],
    [{ min: 0 }, [[], [0], [1]]],
    [{ min: 0, max: 0 }, [[]]],
    [
      { min: 2, max: 2 },
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [{ blank: true }, [[0], [1], "blank"]],
    [{ blank: true, min: 0 }, [[], [0], "blank"]],
    [{ blank: true, min: 0, max: 0 }, [[], "blank"]],
    [{ answers: ["Only"], min: 0 }, [[], [0]]],
  ];
  for (const [fields, ways] of cases) {
    const election = electionOf([question(fields)], 7n);
    for (const choice of ways) {
      const { vote } = sealVote(election, codeBytes(), [choice], seeded.source);
      verifyVote(forVerifier(election), vote);
      assert.deepEqual(opened(vote, 7n), [bitsOf(question(fields), choice)]);
    }
  }
});

/** Every text and every list in a vote, as paths. */
function places(json: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof json !== "object" || json === null) {
    return [path];
  }
  const below = Object.entries(json).flatMap(([name, value]) =>
    places(value, [...path, Array.isArray(json) ? Number(name) : name]),
  );
  return Array.isArray(json) ? [path, ...below] : below;
}

function changed(vote: string, path: (string | number)[], change: (value: unknown) => unknown): string {
  const json = JSON.parse(vote);
  let at = json;
  for (const step of path.slice(0, -1)) {
    at = at[step];
  }
  const last = path[path.length - 1] as string;
  at[last] = change(at[last]);
  return JSON.stringify(json);
}

/** Another value of the same kind: also a canonical point, scalar, hash or list. */
function other(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.slice(1);
  }
  const text = String(value);
  if (/^[0-9a-f]{64}$/.test(text)) {
    return textOfPoint(pointOfText("point", text).add(G));
  }
  return /^[0-9]+$/.test(text)
    ? mod(BigInt(text) + 1n).toString()
    : text.replace(/^./, (c) => (c === "A" ? "B" : "A"));
}

function signedAgain(vote: string): string {
  // What is changed keeps its old signature's proof but names the new hash, so that the proofs are reached.
  const json = read(vote);
  const { signature, ...unsigned } = json;
  const hash = base64Hash(utf8(JSON.stringify(unsigned)));
  return JSON.stringify({ ...unsigned, signature: { hash, proof: signature.proof } });
}

for (const blank of [false, true]) {
  test(`no field of a vote can be changed (${blank ? "with" : "without"} abstaining)`, () => {
    const seeded = new Seeded(`changes ${blank}`);
    const election = electionOf([question({ blank, min: 0, max: 2 }), question()]);
    const { vote } = sealVote(election, codeBytes(), [[1], [0]], seeded.source);
    const verifier = forVerifier(election);
    verifyVote(verifier, vote);
    const all = places(JSON.parse(vote));
    assert.ok(all.length > 40);
    for (const path of all) {
      const tampered = changed(vote, path, other);
      assert.notEqual(tampered, vote);
      assert.throws(() => verifyVote(verifier, tampered), path.join("."));
      if (path[0] !== "signature") {
        assert.throws(() => verifyVote(verifier, signedAgain(tampered)), path.join("."));
      }
    }
  });
}

test("other spellings of a vote are refused", () => {
  const seeded = new Seeded("spellings");
  const election = electionOf([question()]);
  const { vote } = sealVote(election, codeBytes(), [[1]], seeded.source);
  const verifier = forVerifier(election);
  const challenge = read(vote).signature.proof.challenge;
  for (const bad of [
    `${vote} `,
    ` ${vote}`,
    vote.replace('{"election', '{ "election'),
    vote.replace(challenge, `0${challenge}`),
    vote.replace(challenge, (BigInt(challenge) + Q).toString()),
    vote.replace('"answers"', '"x":1,"answers"'),
    vote.replace('"challenge"', '"challeng\\u0065"'),
    vote.slice(0, -1),
    "",
  ]) {
    assert.throws(() => verifyVote(verifier, bad));
  }
});

test("a vote of one member, box or moment does not pass for another's", () => {
  const seeded = new Seeded("copies");
  const election = electionOf([question()]);
  const mine = sealVote(election, codeBytes(), [[1]], seeded.source).vote;
  const theirs = read(sealVote(election, seeded.bytes(16), [[1]], seeded.source).vote);
  const copied = { ...read(mine), answers: theirs.answers };
  assert.throws(
    () => verifyVote(forVerifier(election), signedAgain(JSON.stringify(copied))),
    /proof|signature/,
  );
  assert.throws(() => verifyVote(forVerifier(electionOf([question()], 6n)), mine), /election hash/);
});

test("choices that do not fit are refused before anything is sealed", () => {
  const seeded = new Seeded("bad choices");
  const election = electionOf([question()]);
  const two = electionOf([question(), question({ blank: true })]);
  const bad: [Election, Choice[]][] = [
    [election, []],
    [election, [[0], [1]]],
    [election, [[]]],
    [election, [[0, 1]]],
    [election, [[2]]],
    [election, [[-1]]],
    [election, [[0.5]]],
    [election, [[Number.NaN]]],
    [election, ["blank"]],
    [two, [[0], [0, 0]]],
    [two, [[0], [-1]]],
    [two, ["blank", "blank"]],
  ];
  for (const [asked, choices] of bad) {
    assert.throws(() => sealVote(asked, codeBytes(), choices, seeded.source), { problem: "choices" });
  }
});

test("the same randomness seals two different votes with different numbers", () => {
  const election = electionOf([question()]);
  const stuck = () => new Seeded("stuck").source;
  const points = (choice: Choice, code = codeBytes()) =>
    read(sealVote(election, code, [choice], stuck()).vote).answers.flatMap(({ choices }) =>
      choices.map((c) => c.alpha),
    );
  const [yes, no] = [points([0]), points([1])];
  assert.deepEqual(yes, points([0]));
  assert.equal(new Set([...yes, ...no, ...points([0], new Seeded("x").bytes(16))]).size, 6);
});

test("nothing of the code or the choice stands in a vote or in an error", () => {
  const seeded = new Seeded("leaks");
  const election = electionOf([question({ answers: ["Apple", "Pear"] })]);
  const { vote } = sealVote(election, codeBytes(), [[1]], seeded.source);
  assert.doesNotMatch(vote, /Apple|Pear|199dn|6s7bZo|0123456789abcdef/i);
  assert.throws(
    () => sealVote(election, codeBytes(), [[7]], seeded.source),
    (error: Error) => !/7|199dn|014D/.test(error.message),
  );
});

test("elections are read from bytes, not from what was shown before", () => {
  const seeded = new Seeded("bytes");
  const { text } = electionOf([question()]);
  const spaced = readElection(utf8(text.replace("{", "{ ")));
  const { vote } = sealVote(spaced, codeBytes(), [[1]], seeded.source);
  assert.equal(read(vote).election_hash, base64Hash(utf8(spaced.text)));
  verifyVote(forVerifier(spaced), vote);
});
