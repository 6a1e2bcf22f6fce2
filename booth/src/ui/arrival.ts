// The first module that runs: see fragment.ts.

import { takeFragment } from "./fragment.js";

let taken = typeof document === "undefined" ? null : takeFragment();

/** The fragment with which the page was opened; it is given out once. */
export function arrivedWith(): string | null {
  const text = taken;
  taken = null;
  return text;
}
