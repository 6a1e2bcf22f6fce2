// Voting codes (design section 6): 128 random bits, shown as 28 characters in seven groups of four.
import { sha256, utf8 } from "./hash.js";

/** Crockford's Base32: no I, L, O or U. */
const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const NUMBER_DIGITS = 26;
const CODE_DIGITS = 28;

/** What people may have put for blanks and dashes between the groups. */
const BETWEEN = /[\s\u200b\u2060\ufeff\-_\u00ad\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]/u;

/**
 * A member's secret for one ballot. It shows itself in no message, no JSON and no console.
 *
 * Its bytes are wiped when it is no longer needed; the text that was typed is not ours to wipe, browsers give no way to.
 */
export class VotingCode {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
  }

  /** A copy of the 16 bytes; whoever takes one wipes it. */
  copy(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return "(voting code)";
  }

  toJSON(): string {
    return this.toString();
  }
}

/**
 * Reads a code as people write it: case, blanks and dashes of any kind do not matter, O counts as 0, I and L as 1.
 *
 * The problems, all of them slips of typing that are named before anything is sent:
 * - `empty`: nothing but blanks and dashes;
 * - `length`: `at` characters where there must be 28;
 * - `letter`: the character at place `at`, counted from 0 without blanks and dashes, stands in no code there;
 * - `check`: the last two characters do not fit the others; where the slip is cannot be told.
 */
export function parseCode(
  text: string,
): { code: VotingCode } | { problem: "empty" | "length" | "letter" | "check"; at?: number } {
  const typed = Array.from(text.slice(0, 4096)).filter((c) => !BETWEEN.test(c));
  if (typed.length === 0) {
    return { problem: "empty" };
  }
  const values = typed.map(digitValue);
  const odd = values.indexOf(-1);
  if (odd >= 0 && odd < CODE_DIGITS) {
    return { problem: "letter", at: odd };
  }
  if (typed.length !== CODE_DIGITS) {
    return { problem: "length", at: typed.length };
  }
  if ((values[0] ?? 0) > 7) {
    // The first digit holds the three highest bits of 128.
    return { problem: "letter", at: 0 };
  }
  const digits = values.map((value) => BASE32[value]).join("");
  if (digits.slice(NUMBER_DIGITS) !== checkDigits(digits.slice(0, NUMBER_DIGITS))) {
    return { problem: "check" };
  }
  const bytes = new Uint8Array(16);
  let number = values.slice(0, NUMBER_DIGITS).reduce((n, value) => (n << 5n) | BigInt(value), 0n);
  for (let i = 15; i >= 0; i--) {
    bytes[i] = Number(number & 255n);
    number >>= 8n;
  }
  const code = new VotingCode(bytes);
  bytes.fill(0);
  return { code };
}

/** The Belenios credential of a code's 16 bytes: 22 Base58 digits in groups of 5, 6, 5 and 6. */
export function credentialOfCode(bytes: Uint8Array): string {
  let rest = bytes.reduce((n, byte) => (n << 8n) | BigInt(byte), 0n);
  let digits = "";
  for (let i = 0; i < 22; i++) {
    digits = BASE58[Number(rest % 58n)] + digits;
    rest /= 58n;
  }
  return digits.replace(/^(.{5})(.{6})(.{5})(.{6})$/, "$1-$2-$3-$4");
}

/** The value of a typed character, -1 where it stands in no code. Only ASCII letters have an upper case here. */
function digitValue(c: string): number {
  const upper = /^[a-z]$/.test(c) ? c.toUpperCase() : c;
  const digit = upper === "O" ? "0" : upper === "I" || upper === "L" ? "1" : upper;
  return digit.length === 1 ? BASE32.indexOf(digit) : -1;
}

/** Two digits with the first 10 bits of a hash of the others. */
function checkDigits(digits: string): string {
  const hash = sha256(utf8(`scrutineer code|${digits}`));
  const bits = ((hash[0] ?? 0) << 2) | ((hash[1] ?? 0) >> 6);
  return `${BASE32[bits >> 5]}${BASE32[bits & 31]}`;
}
