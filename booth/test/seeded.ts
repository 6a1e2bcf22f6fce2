// Randomness that repeats itself: the same seed, the same run.
import { createHash } from "node:crypto";
import type { RandomSource } from "../src/seal/random.js";

export class Seeded {
  #count = 0;

  constructor(private readonly seed: string) {}

  readonly source: RandomSource = (bytes) => {
    for (let at = 0; at < bytes.length; at += 32) {
      const block = createHash("sha256")
        .update(`${this.seed}|${this.#count++}`)
        .digest();
      bytes.set(block.subarray(0, Math.min(32, bytes.length - at)), at);
    }
  };

  /** A whole number in 0..end. */
  below(end: number): number {
    const bytes = new Uint8Array(4);
    this.source(bytes);
    return new DataView(bytes.buffer).getUint32(0) % end;
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(count);
    this.source(bytes);
    return bytes;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
