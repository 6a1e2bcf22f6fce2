// The tracker in words that can be read out over the telephone: the first 132 bits of a hash as twelve words of BIP-39's
// English list, eleven bits each, most significant first. The server makes the same words.
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { bytesOfBase64 } from "./hash.js";

const WORDS = 12;

/** The twelve words of a tracker, which is a SHA-256 hash in Base64 without padding. */
export function trackerWords(tracker: string): string[] {
  const bytes = bytesOfBase64(tracker);
  if (bytes?.length !== 32) {
    throw new RangeError("a tracker has 43 digits of Base64");
  }
  const bits = bytes.reduce((n, byte) => (n << 8n) | BigInt(byte), 0n);
  return Array.from({ length: WORDS }, (_, i) => {
    const place = Number((bits >> BigInt(256 - 11 * (i + 1))) & 2047n);
    return wordlist[place] ?? "";
  });
}
