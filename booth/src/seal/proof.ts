// Proofs (belenios-v1 section 9): that somebody knows an exponent, and that at least one of several statements holds
// without saying which.
import { hashToScalar } from "./hash.js";
import { type EdwardsPoint, G, power, textOfPoint } from "./point.js";
import { Nonces, type RandomSource } from "./random.js";
import { mod } from "./scalar.js";

/** A proof as it stands in a vote: scalars in decimal, in this order. */
export interface Proof {
  readonly challenge: string;
  readonly response: string;
}

/** What a proof's maker knows of one branch: its first commitment is g^w. */
export interface Commitment {
  readonly w: bigint;
  readonly challenge: bigint;
}

/**
 * One statement as its prover sees it: its ciphertext is (g^randomness, y^randomness g^difference), so it is true if and
 * only if the difference is 0.
 */
export interface Branch {
  readonly randomness: bigint;
  readonly difference: bigint;
}

/** Proves that the exponent of `g^secret` is known, bound to a prefix. */
export function proveKnowledge(prefix: string, secret: bigint, source: RandomSource): Proof {
  const nonces = new Nonces(source, [secret], prefix);
  const w = nonces.next();
  nonces.wipe();
  const challenge = hashToScalar(prefix, [textOfPoint(power(G, w))]);
  return { challenge: challenge.toString(), response: mod(w - secret * challenge).toString() };
}

/**
 * Proves that one of the branches is true.
 *
 * With A = g^w, a false branch's second commitment comes to B = y^w g^(difference * challenge), and the true one's is y^w:
 * the same expression. So only powers of g and of y are needed, for which there are tables, and the response is
 * w - randomness * challenge everywhere. B is computed as y^w g^(w + difference * challenge) / A, which takes as long for a
 * difference of 0 as for any other.
 */
export function proveOneOf(
  key: EdwardsPoint,
  prefix: string,
  branches: readonly Branch[],
  source: RandomSource,
): { proofs: Proof[]; commitments: Commitment[] } {
  const secrets = branches.flatMap(({ randomness, difference }) => [randomness, difference]);
  const nonces = new Nonces(source, secrets, prefix);
  const drawn = branches.map(() => ({ w: nonces.next(), challenge: nonces.next() }));
  nonces.wipe();
  const total = hashToScalar(prefix, commitmentTexts(key, branches, drawn));
  const known = branches.findIndex(({ difference }) => difference === 0n);
  const others = drawn.reduce((sum, { challenge }, i) => (i === known ? sum : sum + challenge), 0n);
  const commitments = drawn.map(({ w, challenge }, i) => ({
    w,
    challenge: i === known ? mod(total - others) : challenge,
  }));
  const proofs = branches.map(({ randomness }, i) => {
    const { w, challenge } = commitments[i] as Commitment;
    return { challenge: challenge.toString(), response: mod(w - randomness * challenge).toString() };
  });
  return { proofs, commitments };
}

function commitmentTexts(
  key: EdwardsPoint,
  branches: readonly Branch[],
  drawn: readonly Commitment[],
): string[] {
  return drawn.flatMap(({ w, challenge }, i) => {
    const difference = branches[i]?.difference ?? 0n;
    const first = power(G, w);
    const second = power(key, w)
      .add(power(G, mod(w + difference * challenge)))
      .subtract(first);
    return [textOfPoint(first), textOfPoint(second)];
  });
}
