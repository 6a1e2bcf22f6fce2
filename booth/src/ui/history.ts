// The browser's history: one entry a step, with the step's name and nothing else. After a reload the entries from before
// are strangers; they lead to the first step.

import type { Place } from "./types.js";

interface Entry {
  readonly run: string;
  readonly index: number;
  readonly place: Place | null;
}

export class Trail {
  readonly #run = Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-");
  #entries: (Place | null)[] = [null];
  #index = 0;

  constructor() {
    this.#write("replaceState", null);
  }

  /** Notes the place that is shown now, as a new entry unless it is the one that the history stands at. */
  at(place: Place | null): void {
    const here = this.#entries[this.#index] ?? null;
    if (place === null || place === here) {
      return;
    }
    if (here === null) {
      this.replace(place);
    } else {
      this.#entries.length = this.#index + 1;
      this.#entries.push(place);
      this.#index += 1;
      this.#write("pushState", place);
    }
  }

  /** Another place stands where the history is: the one that was asked for cannot be shown. */
  replace(place: Place): void {
    this.#entries[this.#index] = place;
    this.#write("replaceState", place);
  }

  /** The browser moved; which place did it come to? */
  moved(state: unknown): Place {
    const entry = state as Partial<Entry> | null;
    if (entry?.run !== this.#run || typeof entry.index !== "number") {
      this.#entries = [null];
      this.#index = 0;
      this.#write("replaceState", null);
      return "ballot";
    }
    this.#index = entry.index;
    return entry.place ?? "ballot";
  }

  /** Whether the browser's own way back leads to a step of this run. */
  get leadsBack(): boolean {
    return this.#index > 0;
  }

  #write(how: "pushState" | "replaceState", place: Place | null): void {
    const entry: Entry = { run: this.#run, index: this.#index, place };
    history[how](entry, "", location.pathname + location.search);
  }
}
