// The group: the prime-order subgroup of Ed25519's curve (belenios-v1 section 2).
import { type EdwardsPoint, edwards } from "@noble/curves/abstract/edwards.js";
import { wrongElection } from "./error.js";
import { bytesOfHex, hex } from "./hash.js";
import { Q } from "./scalar.js";

export type { EdwardsPoint };

const P = 2n ** 255n - 19n;

/**
 * The library can blind the powers of g with random numbers of its own. It cannot for other points, and the secret
 * exponents here are used with g and with the election's key alike: blinding one of the two would protect nothing and cost
 * half as much again. So it is turned off, which also leaves one single source of randomness.
 */
const Point = edwards(
  {
    p: P,
    n: Q,
    h: 8n,
    a: P - 1n,
    d: 37095705934669439343138083508754565189542113879843219016388785533085940283555n,
    Gx: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
    Gy: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
  },
  {
    randomBytes: () => {
      throw new Error("blinding is off");
    },
  },
);

/** The generator. */
export const G: EdwardsPoint = Point.BASE;
/** The neutral element. */
export const NEUTRAL: EdwardsPoint = Point.ZERO;
/** The generator's eighth: the one point of the group of which it is eight times. */
export const EIGHTH_OF_G: EdwardsPoint = Point.fromAffine(
  Point.BASE.multiplyUnsafe((3n * Q + 1n) / 8n).toAffine(),
);

/** Width of the windows of the tables of powers; at 6 a table costs as much as some 60 of the powers that it speeds up. */
const WINDOW = 6;

/** Builds the table of powers of a point, which makes raising it to secret exponents some five times faster. */
export function buildTable(point: EdwardsPoint): void {
  point.precompute(WINDOW, false);
}

/** A point to a secret exponent in 1..q; the sequence of additions does not depend on it. */
export function power(point: EdwardsPoint, exponent: bigint): EdwardsPoint {
  return point.multiply(exponent);
}

/** A point to a public exponent in 0..q. */
export function publicPower(point: EdwardsPoint, exponent: bigint): EdwardsPoint {
  return point.multiplyUnsafe(exponent);
}

/** The product (in this notation) of several points. */
export function product(points: readonly EdwardsPoint[]): EdwardsPoint {
  return points.reduce((all, point) => all.add(point), NEUTRAL);
}

/** Eight times a point. */
export function eightTimes(point: EdwardsPoint): EdwardsPoint {
  return point.clearCofactor();
}

/** The text: 64 hexadecimal digits, the bytes of RFC 8032 in reverse. */
export function textOfPoint(point: EdwardsPoint): string {
  return hex(point.toBytes().reverse());
}

/** Reads a point's one text; only points of the prime-order subgroup are taken, the neutral one among them. */
export function pointOfText(what: string, text: unknown): EdwardsPoint {
  if (typeof text !== "string" || !/^[0-9a-f]{64}$/.test(text)) {
    throw wrongElection(`${what}: must be 64 hexadecimal digits`);
  }
  const point = pointOfBytes(bytesOfHex(text).reverse());
  if (point === null) {
    throw wrongElection(`${what}: is no point of the group`);
  }
  return point;
}

/** Reads the bytes of RFC 8032; null where they are not the one encoding of a point of the prime-order subgroup. */
export function pointOfBytes(bytes: Uint8Array): EdwardsPoint | null {
  try {
    const point = Point.fromBytes(bytes);
    return point.isTorsionFree() ? point : null;
  } catch {
    return null;
  }
}
