// Why sealing cannot go on. The message is for developers: it names what is wrong and never holds a voting code, a choice or
// randomness. What people read is worded by the pages, from `problem`.

/**
 * - `election`: the election object cannot be read, or makes no sense;
 * - `unsupported`: a version, group or kind of question that this booth does not know;
 * - `choices`: the choices do not fit the questions;
 * - `gone`: what was asked for has been forgotten, or nothing is prepared;
 * - `broken`: the worker stopped.
 */
export type Problem = "election" | "unsupported" | "choices" | "gone" | "broken";

export class SealingError extends Error {
  constructor(
    readonly problem: Problem,
    message: string,
  ) {
    super(message);
    this.name = "SealingError";
  }
}

/** What a reader of public data throws: the election's author, not the voter, has to mend it. */
export function wrongElection(message: string): SealingError {
  return new SealingError("election", message);
}
