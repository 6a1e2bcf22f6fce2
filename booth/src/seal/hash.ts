// Hashes and the texts of bytes (belenios-v1 sections 1, 2 and 4).
import { sha256 } from "@noble/hashes/sha2.js";
import { scalarOfBytes } from "./scalar.js";

export { sha256 };

/**
 * The browser's own SHA-512. Browsers offer it on pages that came safely or from the same machine, and no other page has a
 * session that could vote.
 */
export async function sha512(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
}

/** The bytes of a text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads hexadecimal digits; the caller has checked that they are. */
export function bytesOfHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Standard Base64 without padding. */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}

/** Reads Base64 without padding, in its one spelling; null where it is not. */
export function bytesOfBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*$/.test(text) || text.length % 4 === 1) {
    return null;
  }
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return base64(bytes) === text ? bytes : null;
}

/** SHA-256 in Base64: fingerprints and trackers. */
export function base64Hash(bytes: Uint8Array): string {
  return base64(sha256(bytes));
}

/** A challenge: the hash of a prefix, which ends with its own `|`, and of points' texts. */
export function hashToScalar(prefix: string, points: readonly string[]): bigint {
  return scalarOfBytes(sha256(utf8(prefix + points.join(","))));
}
