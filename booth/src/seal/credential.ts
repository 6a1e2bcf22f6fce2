// What is derived from a Belenios credential (belenios-v1 section 8): the number that signs, and its public counterpart.
import { hex, sha256, utf8 } from "./hash.js";
import { G, power, textOfPoint } from "./point.js";
import { Q } from "./scalar.js";

export interface Credential {
  readonly secret: bigint;
  /** The text of g^secret: the public credential on the record. */
  readonly public: string;
}

/** Derives the key pair for one election from the credential as people would write it, dashes included. */
export function deriveCredential(uuid: string, credential: string): Credential {
  const half = (i: number) => hex(sha256(utf8(`derive_credential|${uuid}|${i}|${credential}`)));
  const secret = BigInt(`0x${half(0)}${half(1)}`) % Q;
  return { secret, public: textOfPoint(power(G, secret)) };
}
