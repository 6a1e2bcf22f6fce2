// Randomness. It comes from one source that is handed in, so that tests can repeat themselves; the booth hands in the
// browser's generator.
import { sha256, utf8 } from "./hash.js";
import { scalarOfBytes } from "./scalar.js";

/** Fills bytes with random ones. */
export type RandomSource = (bytes: Uint8Array<ArrayBuffer>) => void;

/** The browser's generator. */
export const browserRandom: RandomSource = (bytes) => {
  crypto.getRandomValues(bytes);
};

/**
 * A stream of scalars, uniform in 0..q.
 *
 * Whoever learns the random number of a proof, or sees it used for two statements, learns the secret behind it. So the
 * stream also depends on the secret and on the statement: a generator that repeats itself, as after the restoring of a
 * snapshot, then still never yields one number for two statements.
 */
export class Nonces {
  #state: Uint8Array | null;
  #count = 0;

  constructor(source: RandomSource, secrets: readonly bigint[], statement: string) {
    const fresh = new Uint8Array(32);
    source(fresh);
    const said = utf8(statement);
    const bytes = new Uint8Array(32 + 32 * secrets.length + said.length);
    bytes.set(fresh);
    secrets.forEach((secret, i) => {
      for (let k = 0, rest = secret; k < 32; k++, rest >>= 8n) {
        bytes[32 + 32 * i + k] = Number(rest & 255n);
      }
    });
    bytes.set(said, 32 + 32 * secrets.length);
    // The label and the number of secrets separate one layout from every other.
    const hash = sha256.create().update(utf8(`scrutineer booth|${secrets.length}|`));
    this.#state = hash.update(bytes).digest();
    hash.destroy();
    fresh.fill(0);
    bytes.fill(0);
  }

  next(): bigint {
    if (this.#state === null) {
      throw new Error("the stream of random numbers has been wiped");
    }
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, this.#count++);
    // 512 bits, so that the remainder is as good as uniform.
    const wide = new Uint8Array(64);
    for (const half of [0, 1]) {
      const hash = sha256.create().update(this.#state).update(counter);
      wide.set(hash.update(Uint8Array.of(half)).digest(), 32 * half);
      hash.destroy();
    }
    const scalar = scalarOfBytes(wide);
    wide.fill(0);
    return scalar;
  }

  /** Forgets the state; no more numbers may be drawn. */
  wipe(): void {
    this.#state?.fill(0);
    this.#state = null;
  }
}
