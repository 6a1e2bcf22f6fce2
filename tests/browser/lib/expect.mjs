// Assertions with a sentence of their own.
import { deepStrictEqual, ok } from "node:assert";

export function expect(holds, what) {
  ok(holds, what);
}

expect.equal = (got, wanted, what) => deepStrictEqual(got, wanted, what && `${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);

/** Ends with an error if the text lacks a piece; blanks of any kind are alike. */
expect.holds = (text, piece) => ok(plain(text).includes(plain(piece)), `“${piece}” does not stand in: ${text}`);

function plain(text) {
  return text.replace(/\s+/g, " ");
}
