// The test file: its form, and that everything in it is what the vote was sealed with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sealVote } from "../../src/seal/ballot.js";
import { G, pointOfText, power, publicPower, textOfPoint } from "../../src/seal/point.js";
import type { Choice } from "../../src/seal/question.js";
import { mod } from "../../src/seal/scalar.js";
import { testFile } from "../../src/seal/test-file.js";
import { codeBytes, electionOf, question, randomChoice, randomQuestion } from "../elections.js";
import { Seeded } from "../seeded.js";
import { read } from "../verifier.js";

const BALLOT = "PwDakmHa3Gqwgt";

interface RawBranch {
  w: string;
  challenge: string;
}

interface RawFile {
  v: number;
  ballot: string;
  tracker: string;
  election: string;
  vote: string;
  answers: number[][];
  randomness: {
    choices: string[];
    individual_proofs: RawBranch[][];
    overall_proof: RawBranch[];
    blank_proof?: RawBranch[];
  }[];
}

test("the file has its fields in their order, and the code is not among them", () => {
  const seeded = new Seeded("form");
  const election = electionOf([question({ blank: true }), question({ answers: ["\u007f", "ż"] })]);
  const sealed = sealVote(election, codeBytes(), ["blank", [1]], seeded.source);
  const text = testFile(election, sealed, BALLOT);
  const file = JSON.parse(text) as RawFile;
  assert.deepEqual(Object.keys(file), [
    "v",
    "ballot",
    "tracker",
    "election",
    "vote",
    "answers",
    "randomness",
  ]);
  assert.deepEqual(
    file.randomness.map((r) => Object.keys(r)),
    [
      ["choices", "individual_proofs", "overall_proof", "blank_proof"],
      ["choices", "individual_proofs", "overall_proof"],
    ],
  );
  assert.equal(file.v, 1);
  assert.equal(file.ballot, BALLOT);
  assert.equal(file.tracker, sealed.tracker);
  assert.equal(file.election, election.text);
  assert.equal(file.vote, sealed.vote);
  assert.deepEqual(file.answers, [
    [1, 0, 0],
    [0, 1],
  ]);
  assert.doesNotMatch(text, /014D|2PF2|199dn|6s7bZo|0123456789abcdef|81985529216486895/i);
  assert.doesNotMatch(text, /\u007f/);
});

test("with what the file holds the same vote comes out", () => {
  const seeded = new Seeded("again");
  for (let run = 0; run < 6; run++) {
    const questions = [randomQuestion(seeded, 4), randomQuestion(seeded, 4)];
    const election = electionOf(questions, 9n);
    const choices: Choice[] = questions.map((q) => randomChoice(seeded, q));
    const sealed = sealVote(election, codeBytes(), choices, seeded.source);
    const file = JSON.parse(testFile(election, sealed, BALLOT)) as RawFile;
    for (const [i, answer] of read(sealed.vote).answers.entries()) {
      const {
        choices: exponents,
        individual_proofs,
        overall_proof,
        blank_proof,
      } = file.randomness[i] as RawFile["randomness"][0];
      const bits = file.answers[i] as number[];
      for (const [k, { alpha, beta }] of answer.choices.entries()) {
        const r = BigInt(exponents[k] ?? "");
        assert.equal(textOfPoint(power(G, r)), alpha);
        const message = publicPower(G, BigInt(bits[k] ?? 2));
        assert.equal(textOfPoint(publicPower(election.key, r).add(message)), beta);
      }
      const sum = exponents.slice(questions[i]?.blank ? 1 : 0).reduce((all, r) => all + BigInt(r), 0n);
      const first = BigInt(exponents[0] ?? "");
      const range = answer.overall_proof.length - (blank_proof ? 1 : 0);
      const secrets: [
        RawBranch[] | undefined,
        { challenge: string; response: string }[] | undefined,
        bigint[],
      ][] = [
        ...individual_proofs.map(
          (branches, k) =>
            [
              branches,
              answer.individual_proofs[k],
              [0, 1].map(() => BigInt(exponents[k] ?? "")),
            ] as (typeof secrets)[0],
        ),
        [overall_proof, answer.overall_proof, [...(blank_proof ? [first] : []), ...Array(range).fill(sum)]],
        [blank_proof, answer.blank_proof, [first, sum]],
      ];
      for (const [branches, proofs, randomness] of secrets) {
        assert.equal(branches?.length, proofs?.length);
        for (const [k, { w, challenge }] of (branches ?? []).entries()) {
          assert.equal(challenge, proofs?.[k]?.challenge);
          const response = mod(BigInt(w) - (randomness[k] ?? 0n) * BigInt(challenge));
          assert.equal(response.toString(), proofs?.[k]?.response);
        }
      }
    }
    assert.ok(pointOfText("credential", read(sealed.vote).credential));
  }
});
