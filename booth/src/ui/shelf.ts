// The one thing that outlives a reload: a sealed vote without a receipt, in this window's own storage.

const PREFIX = "scrutineer vote ";

export class Shelf {
  #key: string;

  /** For a ballot by its identifier, or by the beginning of it that the address holds. */
  constructor(ballot: string) {
    this.#key = PREFIX + ballot;
    try {
      this.#key = Object.keys(sessionStorage).find((key) => key.startsWith(this.#key)) ?? this.#key;
    } catch {
      // Forbidden: then nothing is there.
    }
  }

  /** The ballot's whole identifier has become known; nothing has been kept under a part of it. */
  belongsTo(ballot: string): void {
    this.#key = PREFIX + ballot;
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
