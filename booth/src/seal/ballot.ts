// A whole vote (belenios-v1 section 9): the sealed answers, signed by the credential.
import { credentialOfCode } from "./code.js";
import { deriveCredential } from "./credential.js";
import type { Election } from "./election.js";
import { SealingError } from "./error.js";
import { base64, base64Hash, utf8 } from "./hash.js";
import type { EdwardsPoint } from "./point.js";
import { proveKnowledge } from "./proof.js";
import { type AnswerSecrets, bitsOf, type Choice, type QuestionView, sealAnswer } from "./question.js";
import { Nonces, type RandomSource } from "./random.js";

/** A sealed vote with what only its maker knows: never leaves the booth but in a test file. */
export interface SealedVote {
  /** The vote's bytes, which are all ASCII. */
  readonly vote: string;
  /** The hash of these bytes: what its voter looks for on the record. */
  readonly tracker: string;
  /** The eighths of its points, as they are sent along. */
  readonly eighths: string;
  /** The sealed bits, for each question. */
  readonly bits: number[][];
  readonly secrets: AnswerSecrets[];
}

/** So many eighths are sent at most: those of 64 sealed numbers. Longer votes have eighths of their first points. */
const MOST_EIGHTHS = 128;

/** Seals a vote. `code` is the voting code's 16 bytes; the caller wipes them. */
export function sealVote(
  election: Election,
  code: Uint8Array,
  choices: readonly Choice[],
  source: RandomSource,
): SealedVote {
  const { questions, uuid, fingerprint } = election.view;
  if (questions.length !== choices.length) {
    throw new SealingError("choices", "the number of answers is not that of the questions");
  }
  const bits = questions.map((question, i) => bitsOf(question, choices[i] as Choice));
  const credential = deriveCredential(uuid, credentialOfCode(code));
  const context = `${fingerprint}|${credential.public}`;
  // What the numbers are sealed with depends on the vote too: two votes that were sealed with the same randomness would
  // show their difference.
  const choicesAsNumbers = bits.map((row) => BigInt(`0b1${row.join("")}`)).flatMap(limbs);
  const nonces = new Nonces(source, [credential.secret, ...choicesAsNumbers], `sealing|${context}`);
  const sealed = questions.map((question, i) =>
    sealAnswer(election.key, context, question as QuestionView, bits[i] as number[], nonces, source),
  );
  nonces.wipe();
  const unsigned = {
    election_uuid: uuid,
    election_hash: fingerprint,
    credential: credential.public,
    answers: sealed.map(({ answer }) => answer),
  };
  const hash = base64Hash(utf8(JSON.stringify(unsigned)));
  const proof = proveKnowledge(`sig|${hash}|`, credential.secret, source);
  const vote = JSON.stringify({ ...unsigned, signature: { hash, proof } });
  return {
    vote,
    tracker: base64Hash(utf8(vote)),
    eighths: textOfEighths(sealed.flatMap(({ eighths }) => eighths)),
    bits,
    secrets: sealed.map(({ secrets }) => secrets),
  };
}

/** The bytes of RFC 8032, one point's behind the other's, in Base64. */
function textOfEighths(eighths: readonly EdwardsPoint[]): string {
  return base64(Uint8Array.from(eighths.slice(0, MOST_EIGHTHS).flatMap((point) => [...point.toBytes()])));
}

/** Cuts a number into pieces of 256 bits, with their number first. */
function limbs(n: bigint): bigint[] {
  const pieces: bigint[] = [];
  for (let rest = n; rest > 0n; rest >>= 256n) {
    pieces.push(rest & (2n ** 256n - 1n));
  }
  return [BigInt(pieces.length), ...pieces];
}
