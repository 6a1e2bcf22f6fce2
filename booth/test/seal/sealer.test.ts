// The pages' side: a worker that works, one that stops, none at all; what is forgotten is gone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../src/seal/desk.js";
import { utf8 } from "../../src/seal/hash.js";
import {
  type Order,
  parseCode,
  type Request,
  Sealer,
  type VotingCode,
  type WorkerLike,
} from "../../src/seal/sealer.js";
import { serve } from "../../src/worker.js";
import { CODE, electionJson, electionOf, forVerifier, question } from "../elections.js";
import { Seeded } from "../seeded.js";
import { verifyVote } from "../verifier.js";

const QUESTIONS = [question({ blank: true })];
const BYTES = utf8(JSON.stringify(electionJson(QUESTIONS)));
const BALLOT = "PwDakmHa3Gqwgt";

function code(): VotingCode {
  const read = parseCode(CODE);
  assert.ok("code" in read);
  return read.code;
}

/** A worker in the same thread, which gets clones of what is sent, as a real one does. */
class FakeWorker implements WorkerLike {
  readonly seen: Request[] = [];
  ended = false;
  #toWorker: ((event: { data: unknown }) => void) | null = null;
  #toPage: ((event: { data: unknown }) => void) | null = null;
  #broken: (() => void)[] = [];

  /** Stops at this kind of order, instead of answering it. */
  constructor(
    private readonly stopsAt?: Order["do"],
    desk = new Desk(new Seeded("worker").source),
  ) {
    serve(
      {
        addEventListener: (_, listener) => {
          this.#toWorker = listener;
        },
        postMessage: (reply) => this.#later(() => this.#toPage?.({ data: structuredClone(reply) })),
      },
      desk,
    );
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    const data = structuredClone(message, { transfer: transfer as ArrayBuffer[] }) as Request;
    this.seen.push(data);
    if (data.do === this.stopsAt) {
      this.#later(() => {
        for (const broken of this.#broken) {
          broken();
        }
      });
    } else {
      this.#later(() => this.#toWorker?.({ data }));
    }
  }

  addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
    if (type === "message") {
      this.#toPage = listener;
    } else {
      this.#broken.push(listener as () => void);
    }
  }

  terminate(): void {
    this.ended = true;
  }

  #later(work: () => void): void {
    setImmediate(() => this.ended || work());
  }
}

async function wholeWay(sealer: Sealer): Promise<void> {
  const view = await sealer.prepare(BYTES);
  assert.deepEqual(view.questions, QUESTIONS);
  const secret = code();
  const first = await sealer.seal(secret, ["blank"]);
  const second = await sealer.seal(secret, [[1]]);
  for (const { vote, words } of [first, second]) {
    verifyVote(forVerifier(electionOf(QUESTIONS)), vote);
    assert.equal(words.length, 12);
  }
  await assert.rejects(sealer.open(first.tracker, BALLOT), { problem: "gone" });
  await assert.rejects(sealer.open(second.tracker, BALLOT), { problem: "gone" });
  const third = await sealer.seal(secret, [[0]]);
  const file = JSON.parse(await sealer.open(third.tracker, BALLOT)) as Record<string, unknown>;
  assert.equal(file["vote"], third.vote);
  await assert.rejects(sealer.open(third.tracker, BALLOT), { problem: "gone" });
  const fourth = await sealer.seal(secret, [[0]]);
  sealer.forget();
  await assert.rejects(sealer.open(fourth.tracker, BALLOT), { problem: "gone" });
}

test("everything works in a worker", async () => {
  const worker = new FakeWorker();
  await wholeWay(new Sealer(worker));
  assert.ok(worker.seen.length > 5);
});

test("everything works on the page where there is no worker", async () => {
  await wholeWay(new Sealer(null, new Seeded("page").source));
});

for (const stop of ["prepare", "seal", "open"] as const) {
  test(`a worker that stops at "${stop}" is replaced by the page`, async () => {
    const worker = new FakeWorker(stop);
    const sealer = new Sealer(worker, new Seeded("replaced").source);
    await sealer.prepare(BYTES);
    const { tracker, vote } = await sealer.seal(code(), [[0]]);
    verifyVote(forVerifier(electionOf(QUESTIONS)), vote);
    if (stop === "open") {
      await assert.rejects(sealer.open(tracker, BALLOT), { problem: "gone" });
      const again = await sealer.seal(code(), [[1]]);
      assert.ok(JSON.parse(await sealer.open(again.tracker, BALLOT)));
    } else {
      assert.ok(JSON.parse(await sealer.open(tracker, BALLOT)));
    }
    assert.ok(worker.ended);
  });
}

test("the code goes to the worker as bytes of its own, and stays the caller's", async () => {
  const worker = new FakeWorker();
  const sealer = new Sealer(worker);
  await sealer.prepare(BYTES);
  const secret = code();
  const before = secret.copy();
  await sealer.seal(secret, [[0]]);
  assert.deepEqual(secret.copy(), before);
  // What the worker got has been wiped by it.
  const order = worker.seen.find((request) => request.do === "seal");
  assert.ok(order?.do === "seal" && order.code.every((byte) => byte === 0));
});

test("problems keep their kind on the way from the worker", async () => {
  const sealer = new Sealer(new FakeWorker());
  await assert.rejects(sealer.seal(code(), [[0]]), { problem: "gone" });
  await assert.rejects(sealer.prepare(utf8("{}")), { name: "SealingError", problem: "election" });
  await sealer.prepare(BYTES);
  await assert.rejects(sealer.seal(code(), [[5]]), { problem: "choices" });
  await assert.rejects(sealer.seal(code(), []), { problem: "choices" });
  assert.ok((await sealer.seal(code(), [[1]])).vote);
});

test("what goes wrong inside is not told, and the page takes over", async () => {
  const failing = new Desk(() => {
    throw new Error("secret 014D-2PF2");
  });
  const worker = new FakeWorker(undefined, failing);
  const sealer = new Sealer(worker, new Seeded("page").source);
  await sealer.prepare(BYTES);
  assert.ok((await sealer.seal(code(), [[1]])).vote);
  assert.ok(worker.ended);
  const alone = new Sealer(null, () => {
    throw new Error("secret 014D-2PF2");
  });
  await alone.prepare(BYTES);
  await assert.rejects(alone.seal(code(), [[1]]), { problem: "broken", message: "sealing failed" });
});

test("a booth that was closed does nothing more", async () => {
  const worker = new FakeWorker();
  const sealer = new Sealer(worker);
  await sealer.prepare(BYTES);
  const pending = sealer.seal(code(), [[1]]);
  sealer.close();
  await assert.rejects(pending, { name: "SealingError" });
  assert.ok(worker.ended);
  await assert.rejects(sealer.seal(code(), [[1]]), { problem: "gone" });
  await assert.rejects(sealer.prepare(BYTES), { problem: "gone" });
  sealer.forget();
  sealer.close();
});

test("a second election replaces the first", async () => {
  const sealer = new Sealer(new FakeWorker());
  await sealer.prepare(BYTES);
  const { tracker } = await sealer.seal(code(), [[0]]);
  const other = [question({ answers: ["A", "B", "C"], max: 3 })];
  await sealer.prepare(utf8(JSON.stringify(electionJson(other, 6n))));
  await assert.rejects(sealer.open(tracker, BALLOT), { problem: "gone" });
  const { vote } = await sealer.seal(code(), [[0, 2]]);
  verifyVote(forVerifier(electionOf(other, 6n)), vote);
});

test("a worker shows the election before it builds the tables, and has them before it is asked to seal", async () => {
  const order: string[] = [];
  class Watched extends Desk {
    override warmUp(): void {
      order.push("tables");
      super.warmUp();
    }
    override seal(...what: Parameters<Desk["seal"]>): ReturnType<Desk["seal"]> {
      order.push("seal");
      return super.seal(...what);
    }
  }
  let hear: (event: { data: unknown }) => void = () => undefined;
  serve(
    {
      addEventListener: (_, listener) => {
        hear = listener;
      },
      postMessage: (reply) => order.push("done" in reply ? "answer" : "refusal"),
    },
    new Watched(new Seeded("order").source),
  );
  hear({ data: { id: 1, do: "prepare", bytes: BYTES } });
  assert.deepEqual(order, ["answer", "tables"]);
  hear({ data: { id: 2, do: "seal", code: code().copy(), choices: ["blank"] } });
  assert.deepEqual(order.slice(2, 5), ["seal", "tables", "answer"]);
});
