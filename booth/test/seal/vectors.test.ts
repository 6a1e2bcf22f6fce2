// Votes that other programs sealed: the test's own verifier accepts every one, hashes what the vectors say that a verifier
// hashes, and refuses what is changed. So it can be trusted with our own votes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { readElection } from "../../src/seal/election.js";
import { hex, utf8 } from "../../src/seal/hash.js";
import { type Json, parseJson } from "../../src/seal/json.js";
import { pointOfText } from "../../src/seal/point.js";
import { readQuestion } from "../../src/seal/question.js";
import { unit, unitRecord, vectorElection } from "../data.js";
import { forVerifier } from "../elections.js";
import { read, verifyAnswer, verifySignature, verifyVote } from "../verifier.js";

for (const name of ["e01-yesno", "e02-homomorphic", "e03-threshold", "e04-mixed", "e10-strings"]) {
  test(`every vote of ${name} holds`, () => {
    const record = vectorElection(name);
    const election = forVerifier(readElection(record.election));
    assert.ok(record.votes.length > 0);
    for (const vote of record.votes) {
      verifyVote(election, vote);
    }
  });
}

for (const name of ["e05-ranking", "e07-lists", "e08-weights", "e11-by-3.0", "x12-by-2.0-RFC3526"]) {
  test(`${name} is of a kind that is not supported`, () => {
    const record = vectorElection(name);
    assert.throws(() => readElection(record.election), { problem: "unsupported" });
  });
}

test("the verifier hashes what the trace of hashes names", () => {
  const record = unitRecord("proofs.bel");
  const trace = unit<{ steps: { what: string; hashes: { preimage_sha256: string }[] }[] }>(
    "proof_hash_trace.json",
  );
  const expected = new Set(
    trace.steps
      .filter(({ what }) => what === "ballot")
      .flatMap(({ hashes }) => hashes.map((h) => h.preimage_sha256)),
  );
  const election = parseJson("election", record.election) as Map<string, Json>;
  const key = pointOfText("key", election.get("public_key"));
  const seen: string[] = [];
  const hashed = (preimage: string) => seen.push(createHash("sha256").update(preimage).digest("hex"));
  for (const vote of record.votes) {
    const { election_hash, credential, answers, signature } = JSON.parse(vote);
    verifySignature(
      { signature } as ReturnType<typeof read>,
      vote,
      pointOfText("credential", credential),
      hashed,
    );
    for (const [i, question] of (election.get("questions") as Json[]).entries()) {
      if (!(question instanceof Map) || !question.has("type") || question.get("type") === "Homomorphic") {
        verifyAnswer(key, `${election_hash}|${credential}`, readQuestion(question), answers[i], hashed);
      }
    }
  }
  assert.ok(seen.length > 10);
  for (const hash of seen) {
    assert.ok(expected.has(hash));
  }
});

test("a vote of one election does not hold in another", () => {
  const one = vectorElection("e01-yesno");
  const other = forVerifier(readElection(vectorElection("e03-threshold").election));
  assert.throws(() => verifyVote(other, one.votes[0] ?? ""), /uuid/);
});

test("the fingerprint is the hash of the bytes as they came", () => {
  const { election, votes } = vectorElection("e10-strings");
  assert.equal(readElection(election).view.fingerprint, read(votes[0] ?? "").election_hash);
  const blank = utf8(`${readElection(election).text} `);
  assert.notEqual(hex(blank), hex(election));
  assert.notEqual(readElection(blank).view.fingerprint, readElection(election).view.fingerprint);
});
