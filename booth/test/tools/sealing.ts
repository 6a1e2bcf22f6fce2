// The booth as a program, for the tests that are written in Rust: answers one request a line, JSON both ways, until its
// standard input ends. It also verifies votes.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { readElection } from "../../src/seal/election.js";
import { utf8 } from "../../src/seal/hash.js";
import { Sealer } from "../../src/seal/sealer.js";
import { answer, type Request } from "../answer.js";
import { forVerifier } from "../elections.js";
import { Seeded } from "../seeded.js";
import { verifyVote } from "../verifier.js";

// What browsers have had for long, node has by itself from 19 on.
globalThis.crypto ??= webcrypto as Crypto;

type Verify = { do: "verify"; election: string; vote: string };

function verified({ election, vote }: Verify): unknown {
  try {
    verifyVote(forVerifier(readElection(utf8(election))), vote);
    return { holds: true };
  } catch (error) {
    return { holds: false, why: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request | Verify;
  const reply =
    request.do === "verify"
      ? verified(request)
      : await answer(request, (seed) => new Sealer(null, new Seeded(seed).source));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
