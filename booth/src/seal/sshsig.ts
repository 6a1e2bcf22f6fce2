// The server's signature under a receipt: OpenSSH's SSHSIG with an Ed25519 key, so that `ssh-keygen -Y verify` checks it too.
// The key that comes inside of a signature proves nothing; it must be the one whose fingerprint the election names.
import type { DescriptionLine } from "./description.js";
import { base64, bytesOfBase64, sha256, sha512, utf8 } from "./hash.js";
import { G, pointOfBytes, publicPower } from "./point.js";
import { Q } from "./scalar.js";

const NAMESPACE = "scrutineer-receipt";
const MOST_ARMOUR = 4096;

/** A signed receipt, the server's answer to a vote. */
export interface Receipt {
  tracker: string;
  election: string;
  height: number;
  event: string;
  signature: string;
}

/**
 * Whether a receipt bears the signature of the key that the election names. Where `expected` is given, the receipt must
 * also be for that vote in that election.
 */
export async function verifyReceipt(
  receipt: Receipt,
  line: Pick<DescriptionLine, "receipts">,
  expected?: { tracker: string; election: string },
): Promise<boolean> {
  const { tracker, election, height, event, signature } = receipt;
  if (
    typeof signature !== "string" ||
    signature.length > MOST_ARMOUR ||
    !Number.isSafeInteger(height) ||
    height < 0 ||
    !/^[1-9A-HJ-NP-Za-km-z]{14,64}$/.test(election) ||
    !/^[A-Za-z0-9+/]{43}$/.test(tracker) ||
    !/^[0-9a-f]{64}$/.test(event)
  ) {
    return false;
  }
  if (expected && (expected.tracker !== tracker || expected.election !== election)) {
    return false;
  }
  return verifySshsig(NAMESPACE, signature, utf8(`${election} ${tracker} ${height} ${event}`), line.receipts);
}

/** Whether an armoured signature under a message is by the key with this fingerprint, and for this purpose. */
export async function verifySshsig(
  namespace: string,
  armour: string,
  message: Uint8Array<ArrayBuffer>,
  fingerprint: string,
): Promise<boolean> {
  const body =
    /^\s*-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)\r?\n-----END SSH SIGNATURE-----\s*$/.exec(
      armour,
    )?.[1];
  const bytes = bytesOfBase64((body ?? "").replace(/[\r\n]/g, "").replace(/={0,2}$/, ""));
  if (body === undefined || bytes === null) {
    return false;
  }
  const reader = new Reader(bytes);
  const magic = reader.take(6);
  const version = reader.number();
  const key = reader.string();
  const purpose = reader.string();
  const reserved = reader.string();
  const algorithm = reader.string();
  const signature = reader.string();
  if (
    !reader.finished ||
    !same(magic, utf8("SSHSIG")) ||
    version !== 1 ||
    !same(purpose, utf8(namespace)) ||
    reserved.length > 0 ||
    `SHA256:${base64(sha256(key))}` !== fingerprint
  ) {
    return false;
  }
  const publicKey = unwrap(key, 32);
  const rs = unwrap(signature, 64);
  const hashed = same(algorithm, utf8("sha512"))
    ? await sha512(message)
    : same(algorithm, utf8("sha256"))
      ? sha256(message)
      : null;
  if (publicKey === null || rs === null || hashed === null) {
    return false;
  }
  const signed = [magic, ...[purpose, reserved, algorithm, hashed].flatMap((part) => [length(part), part])];
  return verifyEd25519(publicKey, rs, concat(signed));
}

/** Whether an Ed25519 signature holds (RFC 8032 section 5.1.7, without the cofactor). */
async function verifyEd25519(key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  const point = pointOfBytes(key);
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (point === null || s >= Q) {
    return false;
  }
  const challenge = littleEndian(await sha512(concat([r, key, message]))) % Q;
  const expected = publicPower(G, s).subtract(publicPower(point, challenge));
  return same(expected.toBytes(), r);
}

/** Reads the strings of the SSH wire format; past the end everything is empty and `finished` stays false. */
class Reader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get finished(): boolean {
    return this.#at === this.bytes.length;
  }

  take(count: number): Uint8Array {
    const taken = this.bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  number(): number {
    return this.take(4).reduce((n, byte) => n * 256 + byte, 0);
  }

  string(): Uint8Array {
    return this.take(this.number());
  }
}

/** The content of a key or signature that is marked as Ed25519 and has this many bytes. */
function unwrap(wrapped: Uint8Array, count: number): Uint8Array | null {
  const reader = new Reader(wrapped);
  const kind = reader.string();
  const content = reader.string();
  return reader.finished && same(kind, utf8("ssh-ed25519")) && content.length === count ? content : null;
}

function length(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, bytes.length);
  return out;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Compares public bytes. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((n, byte) => (n << 8n) | BigInt(byte), 0n);
}
