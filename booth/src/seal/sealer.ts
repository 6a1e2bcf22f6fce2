// The pages' side of sealing: hands the work to a worker, so that the page stays alive meanwhile.
import type { VotingCode } from "./code.js";
import { Desk, type Sealed } from "./desk.js";
import type { ElectionView } from "./election.js";
import { type Problem, SealingError } from "./error.js";
import type { Choice } from "./question.js";
import { browserRandom, type RandomSource } from "./random.js";

export { parseCode, VotingCode } from "./code.js";
export type { DescriptionLine } from "./description.js";
export type { Sealed } from "./desk.js";
export type { ElectionView } from "./election.js";
export { SealingError } from "./error.js";
export type { Choice, QuestionView } from "./question.js";
export { type Receipt, verifyReceipt } from "./sshsig.js";
export { trackerWords } from "./tracker.js";

/** What the worker is asked. */
export type Order =
  | { do: "prepare"; bytes: Uint8Array }
  | { do: "seal"; code: Uint8Array; choices: Choice[] }
  | { do: "open"; tracker: string; ballot: string }
  | { do: "forget" };

/** One order with the number that its reply bears. */
export type Request = { id: number } & Order;

/** The worker's reply to the order of the same number. */
export type Reply = { id: number } & ({ done: unknown } | { problem: Problem; message: string });

/** As much of a browser's `Worker` as is used. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "error" | "messageerror", listener: () => void): void;
  terminate(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: SealingError): void;
}

export class Sealer {
  readonly #desk: Desk;
  #worker: WorkerLike | null;
  #election: Uint8Array | null = null;
  #waiting = new Map<number, Waiting>();
  #next = 1;
  #closed = false;

  /** Without a worker, or where it cannot be started, votes are sealed on the page itself. */
  constructor(worker: WorkerLike | null, source: RandomSource = browserRandom) {
    this.#desk = new Desk(source);
    this.#worker = worker;
    worker?.addEventListener("message", ({ data }) => this.#replied(data as Reply));
    worker?.addEventListener("error", () => this.#broke());
    worker?.addEventListener("messageerror", () => this.#broke());
  }

  /** Reads the election's bytes; a worker then gets everything ready for sealing. Throws a `SealingError`. */
  async prepare(electionBytes: Uint8Array): Promise<ElectionView> {
    this.#election = Uint8Array.from(electionBytes);
    return this.#ask(() => ({ do: "prepare", bytes: electionBytes })) as Promise<ElectionView>;
  }

  /** Seals a vote. The code stays the caller's, to seal again or to wipe. Throws a `SealingError`. */
  async seal(code: VotingCode, choices: Choice[]): Promise<Sealed> {
    return this.#ask(() => ({ do: "seal", code: code.copy(), choices })) as Promise<Sealed>;
  }

  /**
   * The test file's text for exactly that sealed vote, which must be the last; then how it was sealed is forgotten.
   * `ballot` is the ballot's identifier. Throws a `SealingError`, with the problem `gone` where it is forgotten already.
   */
  async open(tracker: string, ballot: string): Promise<string> {
    return this.#ask(() => ({ do: "open", tracker, ballot })) as Promise<string>;
  }

  /** Forgets how the last vote was sealed. */
  forget(): void {
    this.#desk.forget();
    this.#ask(() => ({ do: "forget" })).catch(() => undefined);
  }

  /** Ends the worker with everything that it remembers; nothing can be asked afterwards. */
  close(): void {
    this.#closed = true;
    this.#desk.forget();
    this.#end("the booth was closed");
  }

  async #ask(order: () => Order): Promise<unknown> {
    if (this.#worker !== null) {
      try {
        return await this.#send(this.#worker, order());
      } catch (error) {
        // A worker that stopped, or never started, is replaced by the page.
        if (this.#closed || !(error instanceof SealingError) || error.problem !== "broken") {
          throw error;
        }
      }
    } else {
      // The page gets the chance to show what it is about to do.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (this.#closed) {
      throw new SealingError("gone", "the booth was closed");
    }
    return this.#here(order());
  }

  #send(worker: WorkerLike, order: Order): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      // The code's copy moves to the worker: none stays behind here.
      worker.postMessage({ id, ...order }, order.do === "seal" ? [order.code.buffer as ArrayBuffer] : []);
    });
  }

  #here(order: Order): unknown {
    if (order.do === "seal" && !this.#desk.prepared && this.#election !== null) {
      this.#desk.prepare(this.#election);
    }
    const reply = answer(this.#desk, { id: 0, ...order });
    if ("problem" in reply) {
      throw new SealingError(reply.problem, reply.message);
    }
    return reply.done;
  }

  #replied(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("problem" in reply) {
      waiting?.reject(new SealingError(reply.problem, reply.message));
      if (reply.problem === "broken") {
        this.#broke();
      }
    } else {
      waiting?.resolve(reply.done);
    }
  }

  #broke(): void {
    this.#end("the worker stopped");
  }

  #end(why: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(new SealingError("broken", why));
    }
  }
}

/** Answers an order, wherever the desk stands. What goes wrong inside of a library may say more than it should. */
export function answer(desk: Desk, request: Request): Reply {
  try {
    return { id: request.id, done: obey(desk, request) };
  } catch (error) {
    return error instanceof SealingError
      ? { id: request.id, problem: error.problem, message: error.message }
      : { id: request.id, problem: "broken", message: "sealing failed" };
  }
}

function obey(desk: Desk, order: Order): unknown {
  switch (order.do) {
    case "prepare":
      return desk.prepare(order.bytes);
    case "seal":
      return desk.seal(order.code, order.choices);
    case "open":
      return desk.open(order.tracker, order.ballot);
    case "forget":
      return desk.forget();
  }
}
