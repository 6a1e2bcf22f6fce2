// Made-up elections for tests, and choices that fit them.
import { credentialOfCode, parseCode } from "../src/seal/code.js";
import { deriveCredential } from "../src/seal/credential.js";
import { type Election, readElection } from "../src/seal/election.js";
import { utf8 } from "../src/seal/hash.js";
import { G, publicPower, textOfPoint } from "../src/seal/point.js";
import type { Choice, QuestionView } from "../src/seal/question.js";
import { scalarOfBytes } from "../src/seal/scalar.js";
import type { Seeded } from "./seeded.js";
import type { VerifierElection } from "./verifier.js";

export const UUID = "ZM9Q5QG2xbtcA9";
/** The design's third code vector. */
export const CODE = "014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9";

/** The 16 bytes of a right code. */
export function codeBytes(text = CODE): Uint8Array {
  const read = parseCode(text);
  if (!("code" in read)) {
    throw new Error("not a code");
  }
  return read.code.copy();
}

export function question(fields: Partial<QuestionView> = {}): QuestionView {
  return { text: "Accept the offer?", answers: ["Yes", "No"], min: 1, max: 1, blank: false, ...fields };
}

/** The JSON of an election with these questions under the key g^secret. */
export function electionJson(questions: QuestionView[], secret = 5n, more: object = {}): object {
  return {
    version: 1,
    description: "",
    name: "A ballot",
    group: "Ed25519",
    public_key: textOfPoint(publicPower(G, secret)),
    questions: questions.map(({ text, answers, min, max, blank }) => ({
      answers,
      ...(blank && { blank }),
      min,
      max,
      question: text,
    })),
    uuid: UUID,
    ...more,
  };
}

export function electionOf(questions: QuestionView[], secret = 5n): Election {
  return readElection(utf8(JSON.stringify(electionJson(questions, secret))));
}

export function forVerifier(election: Election): VerifierElection {
  const { uuid, fingerprint, questions } = election.view;
  return { uuid, fingerprint, questions, key: election.key };
}

/** The public credential that a code stands for in an election. */
export function publicCredential(election: Election, code: Uint8Array): string {
  return deriveCredential(election.view.uuid, credentialOfCode(code)).public;
}

/** A question of any supported kind. */
export function randomQuestion(seeded: Seeded, most = 6): QuestionView {
  const answers = Array.from({ length: 1 + seeded.below(most) }, (_, i) => `Answer ${i} "é\u007f`);
  const max = seeded.below(answers.length + 1);
  return question({ answers, max, min: seeded.below(max + 1), blank: seeded.below(2) === 1 });
}

/** A choice that fits: abstaining now and then where the question has it. */
export function randomChoice(seeded: Seeded, { answers, min, max, blank }: QuestionView): Choice {
  if (blank && seeded.below(4) === 0) {
    return "blank";
  }
  const positions = answers.map((_, i) => i);
  const count = min + seeded.below(max - min + 1);
  return Array.from(
    { length: count },
    () => positions.splice(seeded.below(positions.length), 1)[0] as number,
  );
}

export function randomSecret(seeded: Seeded): bigint {
  return scalarOfBytes(seeded.bytes(64));
}
