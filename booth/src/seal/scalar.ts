// Numbers modulo the group's order. JavaScript's big numbers are neither computed in constant time nor erased when they are
// no longer needed; what this leaves open (other programs on the member's own device) no script in a page can close.

/** The order of the group. */
export const Q = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The representative in 0..q. */
export function mod(n: bigint): bigint {
  const rest = n % Q;
  return rest < 0n ? rest + Q : rest;
}

/** Reads bytes as a big-endian number, modulo the order; of 64 random bytes the result is uniform. */
export function scalarOfBytes(bytes: Uint8Array): bigint {
  let n = 0n;
  for (const byte of bytes) {
    n = (n << 8n) | BigInt(byte);
  }
  return n % Q;
}

/** Reads a scalar's one text: decimal, below q, no sign, no leading zeros. */
export function scalarOfText(text: string): bigint | null {
  if (!/^(0|[1-9][0-9]{0,75})$/.test(text)) {
    return null;
  }
  const n = BigInt(text);
  return n < Q ? n : null;
}
