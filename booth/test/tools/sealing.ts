// The booth as a program, for the tests that are written in Rust: answers one request a line, JSON both ways, until its
// standard input ends.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { parseCode } from "../../src/seal/code.js";
import { Desk } from "../../src/seal/desk.js";
import { readElection } from "../../src/seal/election.js";
import { SealingError } from "../../src/seal/error.js";
import { utf8 } from "../../src/seal/hash.js";
import type { Choice } from "../../src/seal/question.js";
import { type Receipt, verifyReceipt } from "../../src/seal/sshsig.js";
import { trackerWords } from "../../src/seal/tracker.js";
import { forVerifier } from "../elections.js";
import { Seeded } from "../seeded.js";
import { verifyVote } from "../verifier.js";

// What browsers have had for long, node has by itself from 19 on.
globalThis.crypto ??= webcrypto as Crypto;

type Request =
  | { do: "seal"; election: string; code: string; choices: Choice[]; ballot: string; seed: string }
  | { do: "verify"; election: string; vote: string }
  | { do: "read"; election: string }
  | { do: "receipt"; receipt: Receipt; receipts: string }
  | { do: "words"; tracker: string };

async function answer(request: Request): Promise<unknown> {
  switch (request.do) {
    case "seal": {
      const desk = new Desk(new Seeded(request.seed).source);
      desk.prepare(utf8(request.election));
      const read = parseCode(request.code);
      if (!("code" in read)) {
        return { refused: `code: ${read.problem}` };
      }
      const sealed = desk.seal(read.code.copy(), request.choices);
      return { ...sealed, test: desk.open(sealed.tracker, request.ballot) };
    }
    case "verify":
      try {
        verifyVote(forVerifier(readElection(utf8(request.election))), request.vote);
        return { holds: true };
      } catch (error) {
        return { holds: false, why: String(error) };
      }
    case "read":
      return readElection(utf8(request.election)).view;
    case "receipt":
      return { holds: await verifyReceipt(request.receipt, request) };
    case "words":
      return { words: trackerWords(request.tracker) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line) as Request).catch((error: unknown) => {
    if (error instanceof SealingError) {
      return { refused: error.problem };
    }
    throw error;
  });
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
