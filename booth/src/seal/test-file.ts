// The file that "test this vote" hands out: with it anybody can seal the same vote again and compare the bytes.
//
// The number that the signature was made with is not in it: it would give the voting code's secret away. So whoever tests
// compares every byte but the signature's proof, and checks that proof.
import type { SealedVote } from "./ballot.js";
import type { Election } from "./election.js";
import type { Commitment } from "./proof.js";

/** The file's text. `ballot` is the ballot's identifier, which the record's election need not share. */
export function testFile(election: Election, sealed: SealedVote, ballot: string): string {
  const branches = (commitments: readonly Commitment[]) =>
    commitments.map(({ w, challenge }) => ({ w: w.toString(), challenge: challenge.toString() }));
  const text = JSON.stringify({
    v: 1,
    ballot,
    tracker: sealed.tracker,
    election: election.text,
    vote: sealed.vote,
    answers: sealed.bits,
    randomness: sealed.secrets.map((secrets) => ({
      choices: secrets.choices.map(String),
      individual_proofs: secrets.individual_proofs.map(branches),
      overall_proof: branches(secrets.overall_proof),
      ...(secrets.blank_proof && { blank_proof: branches(secrets.blank_proof) }),
    })),
  });
  // The record's format escapes this character too; only an election that is not ours can hold it as it is.
  return text.replaceAll("\u007f", "\\u007f");
}
