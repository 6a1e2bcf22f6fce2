// Questions whose answers are counted in sealed form, and the sealing of one answer (belenios-v1 sections 6 and 9.1).
import { SealingError, wrongElection } from "./error.js";
import type { Json } from "./json.js";
import {
  type EdwardsPoint,
  EIGHTH_OF_G,
  eightTimes,
  G,
  NEUTRAL,
  power,
  product,
  textOfPoint,
} from "./point.js";
import { type Commitment, type Proof, proveOneOf } from "./proof.js";
import type { Nonces, RandomSource } from "./random.js";
import { mod } from "./scalar.js";

/** Far above any ballot paper, far below what would exhaust a telephone. */
const MOST_ANSWERS = 1000;

/** A question as the pages show it. */
export interface QuestionView {
  text: string;
  answers: string[];
  /** The fewest answers that may be chosen by somebody who does not abstain. */
  min: number;
  /** The most. */
  max: number;
  /** Whether abstaining is an answer of its own. */
  blank: boolean;
}

/** Positions of the chosen answers, from 0; or abstaining. */
export type Choice = number[] | "blank";

/** A sealed number. */
export interface Ciphertext {
  readonly alpha: string;
  readonly beta: string;
}

/** A sealed answer, its fields in the order of the format. */
export interface Answer {
  readonly choices: Ciphertext[];
  readonly individual_proofs: Proof[][];
  readonly overall_proof: Proof[];
  readonly blank_proof?: Proof[];
}

/** Everything that one answer was sealed with. */
export interface AnswerSecrets {
  readonly choices: bigint[];
  readonly individual_proofs: Commitment[][];
  readonly overall_proof: Commitment[];
  readonly blank_proof?: Commitment[];
}

/** Reads a question; unknown fields are passed over, other kinds of question are refused. */
export function readQuestion(json: Json): QuestionView {
  let body = json;
  if (body instanceof Map && body.has("type")) {
    const kind = body.get("type");
    if (kind !== "Homomorphic") {
      throw typeof kind === "string"
        ? new SealingError("unsupported", "a question is of a kind that this booth does not know")
        : wrongElection("question: the type must be a string");
    }
    body = body.get("value") ?? null;
  }
  if (!(body instanceof Map)) {
    throw wrongElection("question: must be a JSON object");
  }
  const text = body.get("question");
  const answers = body.get("answers");
  const blank = body.get("blank") ?? false;
  const min = count(body.get("min"));
  const max = count(body.get("max"));
  if (typeof text !== "string" || !Array.isArray(answers) || !answers.every((a) => typeof a === "string")) {
    throw wrongElection("question: the text or the answers are missing");
  }
  if (typeof blank !== "boolean" || body.get("blank") === null) {
    throw wrongElection("question: blank must be true or false");
  }
  if (answers.length === 0 || answers.length > MOST_ANSWERS) {
    throw wrongElection(`question: must have 1 to ${MOST_ANSWERS} answers`);
  }
  if (min > max || max > answers.length) {
    throw wrongElection("question: min <= max <= number of answers must hold");
  }
  return { text, answers: answers as string[], min, max, blank };
}

function count(json: Json | undefined): number {
  if (typeof json !== "bigint" || json < 0n || json > BigInt(MOST_ANSWERS)) {
    throw wrongElection("question: min and max must be whole numbers, at most the number of answers");
  }
  return Number(json);
}

/** The numbers to seal: one an answer, preceded by one for abstaining where the question has it. */
export function bitsOf(question: QuestionView, choice: Choice): number[] {
  const offset = question.blank ? 1 : 0;
  const bits = new Array<number>(question.answers.length + offset).fill(0);
  if (choice === "blank") {
    if (!question.blank) {
      throw new SealingError("choices", "this question cannot be left blank");
    }
    bits[0] = 1;
    return bits;
  }
  for (const position of choice) {
    if (!Number.isInteger(position) || position < 0 || bits[offset + position] !== 0) {
      throw new SealingError("choices", "an answer that does not exist, or is chosen twice");
    }
    bits[offset + position] = 1;
  }
  if (choice.length < question.min || choice.length > question.max) {
    throw new SealingError("choices", "too many or too few answers");
  }
  return bits;
}

/** A sealed number with what its prover knows of it. */
interface Opening {
  readonly randomness: bigint;
  readonly message: bigint;
}

/** A number to seal, and what with. */
interface Draft {
  /** An eighth of the randomness. */
  readonly eighth: bigint;
  readonly message: bigint;
}

/** A sealed number as a pair of points. */
interface Pair {
  readonly alpha: EdwardsPoint;
  readonly beta: EdwardsPoint;
}

/**
 * Seals one answer. `context` is the election's fingerprint and the public credential with `|` between. The eighths are the
 * points of which the sealed numbers' points are eight times, in the same order.
 */
export function sealAnswer(
  key: EdwardsPoint,
  context: string,
  question: QuestionView,
  bits: readonly number[],
  nonces: Nonces,
  source: RandomSource,
): { answer: Answer; secrets: AnswerSecrets; eighths: EdwardsPoint[] } {
  const claims = (opening: Opening, messages: readonly number[]) =>
    messages.map((message) => ({
      randomness: opening.randomness,
      difference: mod(opening.message - BigInt(message)),
    }));
  const drafts = bits.map((bit) => ({ eighth: nonces.next(), message: BigInt(bit) }));
  const openings = drafts.map(({ eighth, message }) => ({ randomness: mod(8n * eighth), message }));
  const halfway = drafts.map((draft) => encryptEighth(key, draft));
  const eighths = halfway.flatMap(({ alpha, beta }) => [alpha, beta]);
  const pairs = halfway.map(({ alpha, beta }) => ({ alpha: eightTimes(alpha), beta: eightTimes(beta) }));
  const choices = pairs.map(textsOf);
  const individual = choices.map((choice, i) => {
    const prefix = `prove|${context}|${textOf(choice)}|`;
    return proveOneOf(key, prefix, claims(openings[i] as Opening, [0, 1]), source);
  });

  const withChoices = `${context}|${choices.map(textOf).join(",")}`;
  const chosen = question.blank ? openings.slice(1) : openings;
  const sum: Opening = {
    randomness: mod(chosen.reduce((all, opening) => all + opening.randomness, 0n)),
    message: chosen.reduce((all, opening) => all + opening.message, 0n),
  };
  const sums = Array.from({ length: question.max - question.min + 1 }, (_, i) => question.min + i);
  const secretChoices = openings.map((opening) => opening.randomness);
  const blank = openings[0];
  if (!question.blank || blank === undefined) {
    const total = textsOf(totalOf(pairs));
    const prefix = `prove|${withChoices}|${textOf(total)}|`;
    const overall = proveOneOf(key, prefix, claims(sum, sums), source);
    return {
      answer: {
        choices,
        individual_proofs: individual.map(({ proofs }) => proofs),
        overall_proof: overall.proofs,
      },
      secrets: {
        choices: secretChoices,
        individual_proofs: individual.map(({ commitments }) => commitments),
        overall_proof: overall.commitments,
      },
      eighths,
    };
  }
  const blankOrNothing = [...claims(blank, [0]), ...claims(sum, [0])];
  const blankProof = proveOneOf(key, `bproof0|${withChoices}|`, blankOrNothing, source);
  const blankOrSum = [...claims(blank, [1]), ...claims(sum, sums)];
  const overall = proveOneOf(key, `bproof1|${withChoices}|`, blankOrSum, source);
  return {
    answer: {
      choices,
      individual_proofs: individual.map(({ proofs }) => proofs),
      overall_proof: overall.proofs,
      blank_proof: blankProof.proofs,
    },
    secrets: {
      choices: secretChoices,
      individual_proofs: individual.map(({ commitments }) => commitments),
      overall_proof: overall.commitments,
      blank_proof: blankProof.commitments,
    },
    eighths,
  };
}

/**
 * The eighth of the ciphertext (g^r, y^r g^m) of a bit m, for an eighth of r: the ciphertext is eight times that, which shows
 * the server that it lies in the group. Both candidates for g^(m/8) are at hand, so that neither takes longer.
 */
function encryptEighth(key: EdwardsPoint, { eighth, message }: Draft): Pair {
  const messages = [NEUTRAL, EIGHTH_OF_G];
  const m = messages[Number(message)] ?? NEUTRAL;
  return { alpha: power(G, eighth), beta: power(key, eighth).add(m) };
}

function totalOf(pairs: readonly Pair[]): Pair {
  return {
    alpha: product(pairs.map((pair) => pair.alpha)),
    beta: product(pairs.map((pair) => pair.beta)),
  };
}

function textsOf({ alpha, beta }: Pair): Ciphertext {
  return { alpha: textOfPoint(alpha), beta: textOfPoint(beta) };
}

function textOf({ alpha, beta }: Ciphertext): string {
  return `${alpha},${beta}`;
}
