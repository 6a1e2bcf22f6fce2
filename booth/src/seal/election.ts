// The election object (belenios-v1 section 6): what a vote is bound to by its hash.
import { type DescriptionLine, readDescription } from "./description.js";
import { SealingError, wrongElection } from "./error.js";
import { base64Hash } from "./hash.js";
import { type Json, parseJson } from "./json.js";
import { buildTable, type EdwardsPoint, G, NEUTRAL, pointOfText } from "./point.js";
import { type QuestionView, readQuestion } from "./question.js";

const MOST_QUESTIONS = 1000;
const MOST_BYTES = 4_000_000;

/** An election as the pages show it. */
export interface ElectionView {
  uuid: string;
  name: string;
  /** The delegate's text, without the description line. */
  description: string;
  /** The hash of the election's bytes, in Base64 without padding. */
  fingerprint: string;
  questions: QuestionView[];
  /** The description line; null where the election is not one of ours. */
  line: DescriptionLine | null;
}

/** An election that votes can be sealed for. */
export interface Election {
  readonly view: ElectionView;
  /** The bytes as the server sent them, as text. */
  readonly text: string;
  readonly key: EdwardsPoint;
}

/** Reads an election. Fields of later releases are passed over, a field that stands twice is refused. */
export function readElection(bytes: Uint8Array): Election {
  if (bytes.length > MOST_BYTES) {
    throw wrongElection("election: is too long");
  }
  const json = parseJson("election", bytes);
  if (!(json instanceof Map)) {
    throw wrongElection("election: must be a JSON object");
  }
  const version = json.get("version");
  if (version !== 1n || json.get("group") !== "Ed25519") {
    throw typeof version === "bigint"
      ? new SealingError("unsupported", "only version 1 over Ed25519 is supported")
      : wrongElection("election: has no version");
  }
  const uuid = json.get("uuid");
  if (typeof uuid !== "string" || !/^[1-9A-HJ-NP-Za-km-z]{14,64}$/.test(uuid)) {
    throw wrongElection("election: uuid must be 14 or more digits of Base58");
  }
  const key = pointOfText("election key", json.get("public_key"));
  if (key.equals(NEUTRAL)) {
    throw wrongElection("election key: is the neutral element, nothing would be sealed");
  }
  const questions = readQuestions(json.get("questions"));
  const { text: description, line } = readDescription(string("description", json.get("description")));
  if (line !== null && line.rules.length !== questions.length) {
    throw wrongElection("description: must name one rule, or none, for each question");
  }
  return {
    view: {
      uuid,
      name: string("name", json.get("name")),
      description,
      fingerprint: base64Hash(bytes),
      questions,
      line,
    },
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
    key,
  };
}

/** Builds the tables that make sealing fast; done while the member reads. */
export function buildTables(election: Election): void {
  buildTable(G);
  buildTable(election.key);
}

function string(what: string, json: Json | undefined): string {
  if (typeof json !== "string") {
    throw wrongElection(`election: ${what} must be a string`);
  }
  return json;
}

function readQuestions(json: Json | undefined): QuestionView[] {
  if (!Array.isArray(json) || json.length === 0 || json.length > MOST_QUESTIONS) {
    throw wrongElection(`election: must have 1 to ${MOST_QUESTIONS} questions`);
  }
  return json.map(readQuestion);
}
