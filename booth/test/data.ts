// Test data: the Belenios vectors that the Rust crates are tested with too, and the records among them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the booth; the build puts it in. */
declare const BOOTH_ROOT: string;

const VECTORS = join(BOOTH_ROOT, "../protocol/tests/data");

/** A unit vector file, read. */
export function unit<T>(name: string): T {
  return JSON.parse(readFileSync(join(VECTORS, "unit", name), "utf8")) as T;
}

/** A record from the unit vectors. */
export function unitRecord(name: string): RecordFile {
  return readRecord(readFileSync(join(VECTORS, "unit", name)));
}

/** A finished vector election. */
export function vectorElection(name: string): RecordFile {
  const folder = join(VECTORS, "elections", name);
  const file = readdirSync(folder).find((entry) => entry.endsWith(".bel")) ?? "";
  return readRecord(readFileSync(join(folder, file)));
}

export interface RecordFile {
  /** The election's bytes as they stand on the record. */
  election: Uint8Array;
  /** The votes' texts, in order. */
  votes: string[];
  credentials: string[];
}

/** Reads as much of a `.bel` archive as is needed here; the archives are known to be whole. */
function readRecord(bytes: Uint8Array): RecordFile {
  const text = (part: Uint8Array) => new TextDecoder().decode(part);
  const data = new Map<string, Uint8Array>();
  const votes: string[] = [];
  const record: RecordFile = { election: new Uint8Array(), votes, credentials: [] };
  for (let at = 0; at + 512 <= bytes.length; ) {
    const name = text(bytes.subarray(at, at + 100)).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(bytes.subarray(at + 124, at + 135)), 8);
    const body = bytes.subarray(at + 512, at + 512 + size);
    at += 512 + 512 * Math.ceil(size / 512);
    if (name.endsWith(".data.json")) {
      data.set(name.slice(0, 64), body);
    } else if (name.endsWith(".event.json")) {
      const event = JSON.parse(text(body)) as { type: string; payload: string };
      const payload = data.get(event.payload) ?? new Uint8Array();
      if (event.type === "Setup") {
        const setup = JSON.parse(text(payload)) as { election: string; credentials: string };
        record.election = data.get(setup.election) ?? record.election;
        record.credentials = JSON.parse(text(data.get(setup.credentials) ?? new Uint8Array()));
      } else if (event.type === "Ballot") {
        votes.push(text(payload));
      }
    }
  }
  return record;
}
