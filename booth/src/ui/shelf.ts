// The one thing that outlives a reload: a sealed vote without a receipt, in this window's own storage.

export class Shelf {
  readonly #key: string;

  constructor(ballot: string) {
    this.#key = `scrutineer vote ${ballot}`;
  }

  kept(): string | null {
    try {
      return sessionStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }

  /** Where the browser keeps nothing, the page itself still has it. */
  keep(vote: string): void {
    try {
      sessionStorage.setItem(this.#key, vote);
    } catch {
      // Full, or forbidden.
    }
  }

  drop(): void {
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // Forbidden: then nothing is there.
    }
  }
}
