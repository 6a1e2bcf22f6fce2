// The description line: the last line of an election's description, which makes a record one of ours. It fixes the rule, the
// number of members who may vote, and the key with which receipts are signed.
import { wrongElection } from "./error.js";

const PREFIX = "scrutineer: ";

/** The line's fields, named as they stand in it. */
export interface DescriptionLine {
  v: 1;
  /** The ballot that the box belongs to. */
  ballot: string;
  box: string;
  /** How many members may vote. */
  eligible: number;
  spares: number;
  roll: string;
  /** For each question the passage rule's text, or none. */
  rules: (string | null)[];
  /** The fingerprint of the board of tellers, or the server alone. */
  tellers: string;
  codes: "server" | "registrar";
  officers: { needed: number; keys: string[] };
  /** The fingerprint of the key with which the server signs receipts. */
  receipts: string;
  /** The deadline when the ballot was frozen, in seconds since 1970; none: by command. */
  closes: number | null;
  /** How many boxes the ballot has; left out where it is one. */
  boxes?: number;
}

/** Splits a description into the delegate's text and the line; no line where the election is not one of ours. */
export function readDescription(description: string): { text: string; line: DescriptionLine | null } {
  const end = description.lastIndexOf("\n");
  const text = end < 0 ? description : description.slice(0, end);
  const last = end < 0 ? "" : description.slice(end + 1);
  if (text.split("\n").some((line) => line.startsWith(PREFIX))) {
    throw wrongElection("description: a line that only the last may be");
  }
  if (!last.startsWith(PREFIX)) {
    return { text: description, line: null };
  }
  const line = readLine(last.slice(PREFIX.length));
  if (line === null) {
    throw wrongElection("description: its last line cannot be read");
  }
  return { text, line };
}

/** Reads the line's JSON: exactly these fields in this order, no blanks; null where anything differs. */
function readLine(json: string): DescriptionLine | null {
  let read: Partial<Record<keyof DescriptionLine, unknown>> | null;
  try {
    read = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof read !== "object" || read === null) {
    return null;
  }
  const { v, ballot, box, eligible, spares, roll, rules, tellers, codes, officers, receipts, closes, boxes } =
    read;
  const { needed, keys } = (officers ?? {}) as { needed?: unknown; keys?: unknown };
  const isRule = (rule: unknown) => rule === null || isText(rule, /./s);
  const isKey = (key: unknown) => isText(key, /^SHA256:[A-Za-z0-9+/]{43}$/);
  const right =
    v === 1 &&
    isText(ballot, /^[1-9A-HJ-NP-Za-km-z]{14,64}$/) &&
    isText(box, /./s) &&
    isCount(eligible) &&
    isCount(spares) &&
    isText(roll, /^[0-9a-f]{64}$/) &&
    Array.isArray(rules) &&
    rules.every(isRule) &&
    isText(tellers, /^(server|[0-9a-f]{64})$/) &&
    isText(codes, /^(server|registrar)$/) &&
    isCount(needed) &&
    Array.isArray(keys) &&
    keys.every(isKey) &&
    isKey(receipts) &&
    (closes === null || isCount(closes)) &&
    (boxes === undefined || (isCount(boxes) && boxes > 1));
  if (!right) {
    return null;
  }
  const fields = {
    v,
    ballot,
    box,
    eligible,
    spares,
    roll,
    rules,
    tellers,
    codes,
    officers: { needed, keys },
    receipts,
    closes,
    ...(boxes === undefined ? {} : { boxes }),
  };
  // Written again it must be the same: so nothing stands twice, and nothing else is there.
  return JSON.stringify(fields) === json ? (fields as unknown as DescriptionLine) : null;
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
