// What seals, wherever it runs: in the worker, or on the page where a browser gives no worker. It remembers one election and
// how its last vote was sealed, so that exactly that vote can be tested, and nothing else.
import { type SealedVote, sealVote } from "./ballot.js";
import { buildTables, type Election, type ElectionView, readElection } from "./election.js";
import { SealingError } from "./error.js";
import type { Choice } from "./question.js";
import type { RandomSource } from "./random.js";
import { testFile } from "./test-file.js";
import { trackerWords } from "./tracker.js";

/** A sealed vote as the pages see it. */
export interface Sealed {
  /** The vote's bytes, which are all ASCII. */
  vote: string;
  tracker: string;
  /** What makes it cheaper for the server to check it; no part of the vote. */
  eighths: string;
  words: string[];
}

export class Desk {
  #election: Election | null = null;
  /** Whether the tables are built. */
  #warm = false;
  #last: SealedVote | null = null;

  constructor(private readonly source: RandomSource) {}

  /** Whether an election is at hand. */
  get prepared(): boolean {
    return this.#election !== null;
  }

  /** Reads the election. */
  prepare(bytes: Uint8Array): ElectionView {
    this.#last = null;
    const election = readElection(bytes);
    this.#election = election;
    this.#warm = false;
    return election.view;
  }

  /** Builds the tables that make sealing fast, where they are not there yet: best done while the member reads. */
  warmUp(): void {
    if (this.#election !== null && !this.#warm) {
      buildTables(this.#election);
      this.#warm = true;
    }
  }

  /** Seals a vote and wipes the code's bytes. */
  seal(code: Uint8Array, choices: readonly Choice[]): Sealed {
    this.#last = null;
    try {
      if (this.#election === null) {
        throw new SealingError("gone", "no election is prepared");
      }
      this.warmUp();
      const sealed = sealVote(this.#election, code, choices, this.source);
      this.#last = sealed;
      const { vote, tracker, eighths } = sealed;
      return { vote, tracker, eighths, words: trackerWords(tracker) };
    } finally {
      code.fill(0);
    }
  }

  /** The test file of the last sealed vote, which is then forgotten. */
  open(tracker: string, ballot: string): string {
    const last = this.#last;
    this.#last = null;
    if (this.#election === null || last?.tracker !== tracker) {
      throw new SealingError("gone", "this vote can no longer be opened");
    }
    return testFile(this.#election, last, ballot);
  }

  /** Forgets how the last vote was sealed. */
  forget(): void {
    this.#last = null;
  }
}
