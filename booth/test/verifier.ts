// A verifier of votes, written from the format's description alone: it shares the group and the hashes with the code that
// seals, and none of its proofs. It also names every input of a hash, so that these can be compared with the vectors.
import { createHash } from "node:crypto";
import { type EdwardsPoint, G, NEUTRAL, pointOfText, publicPower, textOfPoint } from "../src/seal/point.js";
import type { QuestionView } from "../src/seal/question.js";
import { mod, Q, scalarOfText } from "../src/seal/scalar.js";

type Hashed = (preimage: string) => void;

interface RawProof {
  challenge: string;
  response: string;
}

interface RawAnswer {
  choices: { alpha: string; beta: string }[];
  individual_proofs: RawProof[][];
  overall_proof: RawProof[];
  blank_proof?: RawProof[];
}

interface RawVote {
  election_uuid: string;
  election_hash: string;
  credential: string;
  answers: RawAnswer[];
  signature: { hash: string; proof: RawProof };
}

export interface VerifierElection {
  uuid: string;
  fingerprint: string;
  key: EdwardsPoint;
  questions: QuestionView[];
}

/** Reads a vote whose bytes are known to be canonical JSON of the right shape, and checks everything; throws at the first wrong thing. */
export function verifyVote(election: VerifierElection, text: string, hashed: Hashed = () => undefined): void {
  const vote = read(text);
  must(vote.election_uuid === election.uuid, "uuid");
  must(vote.election_hash === election.fingerprint, "election hash");
  must(vote.answers.length === election.questions.length, "number of answers");
  const credential = point(vote.credential);
  must(!credential.equals(NEUTRAL), "neutral credential");
  verifySignature(vote, text, credential, hashed);
  const context = `${vote.election_hash}|${vote.credential}`;
  for (const [i, question] of election.questions.entries()) {
    verifyAnswer(election.key, context, question, vote.answers[i] as RawAnswer, hashed);
  }
}

/** Checks the voter's signature. */
export function verifySignature(vote: RawVote, text: string, credential: EdwardsPoint, hashed: Hashed): void {
  const end = text.lastIndexOf(',"signature":');
  const hash = base64Hash(`${text.slice(0, end)}}`);
  must(vote.signature.hash === hash, "signature hash");
  const { c, r } = numbers(vote.signature.proof);
  const commitment = publicPower(G, r).add(publicPower(credential, c));
  must(challengeOf(`sig|${hash}|`, [commitment], hashed) === c, "signature");
}

/** Checks the proofs of one answer. */
export function verifyAnswer(
  key: EdwardsPoint,
  context: string,
  question: QuestionView,
  answer: RawAnswer,
  hashed: Hashed,
): void {
  const count = question.answers.length + (question.blank ? 1 : 0);
  must(answer.choices.length === count, "number of choices");
  must(answer.individual_proofs.length === count, "number of individual proofs");
  must((answer.blank_proof !== undefined) === question.blank, "blank proof");
  const pairs = answer.choices.map(({ alpha, beta }) => [point(alpha), point(beta)] as const);
  const texts = answer.choices.map(({ alpha, beta }) => `${alpha},${beta}`);
  const range = Array.from({ length: question.max - question.min + 1 }, (_, i) => question.min + i);
  pairs.forEach((pair, i) => {
    const statements = [minus(pair, 0), minus(pair, 1)];
    const proofs = answer.individual_proofs[i] as RawProof[];
    oneOf(key, `prove|${context}|${texts[i]}|`, statements, proofs, hashed, "individual proof");
  });
  const s = `${context}|${texts.join(",")}`;
  const summed = question.blank ? pairs.slice(1) : pairs;
  const sum = [
    summed.reduce((all, [alpha]) => all.add(alpha), NEUTRAL),
    summed.reduce((all, [, beta]) => all.add(beta), NEUTRAL),
  ] as const;
  const first = pairs[0];
  if (answer.blank_proof === undefined || first === undefined) {
    const prefix = `prove|${s}|${textOfPoint(sum[0])},${textOfPoint(sum[1])}|`;
    const statements = range.map((m) => minus(sum, m));
    oneOf(key, prefix, statements, answer.overall_proof, hashed, "overall proof");
    return;
  }
  const blank = [minus(first, 0), minus(sum, 0)];
  oneOf(key, `bproof0|${s}|`, blank, answer.blank_proof, hashed, "blank proof");
  const overall = [minus(first, 1), ...range.map((m) => minus(sum, m))];
  oneOf(key, `bproof1|${s}|`, overall, answer.overall_proof, hashed, "overall proof");
}

type Statement = readonly [EdwardsPoint, EdwardsPoint];

function minus([alpha, beta]: Statement, message: number): Statement {
  return [alpha, beta.subtract(publicPower(G, BigInt(message)))];
}

function oneOf(
  key: EdwardsPoint,
  prefix: string,
  statements: Statement[],
  proofs: RawProof[],
  hashed: Hashed,
  what: string,
): void {
  must(statements.length === proofs.length, `${what}: number of branches`);
  let sum = 0n;
  const commitments = statements.flatMap(([a, b], i) => {
    const { c, r } = numbers(proofs[i] as RawProof);
    sum += c;
    return [publicPower(G, r).add(publicPower(a, c)), publicPower(key, r).add(publicPower(b, c))];
  });
  must(challengeOf(prefix, commitments, hashed) === mod(sum), what);
}

function challengeOf(prefix: string, points: EdwardsPoint[], hashed: Hashed): bigint {
  const preimage = prefix + points.map(textOfPoint).join(",");
  hashed(preimage);
  return BigInt(`0x${createHash("sha256").update(preimage).digest("hex")}`) % Q;
}

function base64Hash(text: string): string {
  return createHash("sha256").update(text).digest("base64").replace("=", "");
}

/** Reads a vote in its one form: every field in its place, no other, no blanks. */
export function read(text: string): RawVote {
  const json = JSON.parse(text) as RawVote;
  const proof = ({ challenge, response }: RawProof) => ({ challenge, response });
  const again = {
    election_uuid: json.election_uuid,
    election_hash: json.election_hash,
    credential: json.credential,
    answers: json.answers.map((answer) => ({
      choices: answer.choices.map(({ alpha, beta }) => ({ alpha, beta })),
      individual_proofs: answer.individual_proofs.map((proofs) => proofs.map(proof)),
      overall_proof: answer.overall_proof.map(proof),
      ...(answer.blank_proof && { blank_proof: answer.blank_proof.map(proof) }),
    })),
    signature: { hash: json.signature.hash, proof: proof(json.signature.proof) },
  };
  must(JSON.stringify(again) === text, "form");
  return json;
}

function numbers({ challenge, response }: RawProof): { c: bigint; r: bigint } {
  const c = scalarOfText(challenge);
  const r = scalarOfText(response);
  if (c === null || r === null) {
    throw new Error("a scalar is not canonical");
  }
  return { c, r };
}

function point(text: string): EdwardsPoint {
  return pointOfText("point", text);
}

function must(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(`wrong: ${what}`);
  }
}
