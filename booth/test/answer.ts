// What the booth answers when tests written in Rust ask it, in node and in a browser alike.
import { readElection } from "../src/seal/election.js";
import { utf8 } from "../src/seal/hash.js";
import {
  type Choice,
  parseCode,
  type Receipt,
  type Sealer,
  SealingError,
  trackerWords,
  verifyReceipt,
} from "../src/seal/sealer.js";

export type Request =
  | { do: "seal"; election: string; code: string; choices: Choice[]; ballot: string; seed: string }
  | { do: "read"; election: string }
  | { do: "receipt"; receipt: Receipt; receipts: string }
  | { do: "words"; tracker: string };

/** Answers one request; `sealerFor` gives what seals with this seed. What the booth refuses is an answer too. */
export async function answer(request: Request, sealerFor: (seed: string) => Sealer): Promise<unknown> {
  try {
    return await answered(request, sealerFor);
  } catch (error) {
    if (error instanceof SealingError) {
      return { refused: error.problem };
    }
    throw error;
  }
}

async function answered(request: Request, sealerFor: (seed: string) => Sealer): Promise<unknown> {
  switch (request.do) {
    case "seal": {
      const sealer = sealerFor(request.seed);
      await sealer.prepare(utf8(request.election));
      const read = parseCode(request.code);
      if (!("code" in read)) {
        return { refused: `code: ${read.problem}` };
      }
      const sealed = await sealer.seal(read.code, request.choices);
      read.code.wipe();
      return { ...sealed, test: await sealer.open(sealed.tracker, request.ballot) };
    }
    case "read":
      return readElection(utf8(request.election)).view;
    case "receipt":
      return { holds: await verifyReceipt(request.receipt, request) };
    case "words":
      return { words: trackerWords(request.tracker) };
  }
}
