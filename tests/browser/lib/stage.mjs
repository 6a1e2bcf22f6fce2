// The world outside the browser: the union, its ballots and its clock, as stage.rs keeps them.
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";

/** A question with words that stand nowhere else, so that a search for them finds nothing but a choice. */
export const MARMALADE = `text = "Which shall it be?"
answers = ["Marmalade", "Turpentine"]
choose = { min = 1, max = 1 }
blank = true
passes = "Marmalade >= 60% of eligible"`;

/** The text of a ballot file without times, whose count the server opens. */
export function ballotFile({ title = "A question", questions = [MARMALADE], more = "" } = {}) {
  const head = `title = "${title}"\ntime_zone = "America/Chicago"\ncontact = "Election committee, 555-0100"\ntellers = "server"\nspares = 4\n${more}`;
  return [head, ...questions.map((question) => `[[question]]\n${question}\n`)].join("\n");
}

export class Stage {
  #lines;
  #next = 7;
  /** A folder for pictures of every page, for people to look at. */
  look = process.env.SCRUTINEER_LOOK;

  static async enter() {
    const stage = new Stage();
    stage.#lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    // Whoever started this has been stopped: the browser must not stay behind.
    process.stdin.once("end", () => process.kill(process.pid, "SIGTERM"));
    Object.assign(stage, await stage.#read());
    return stage;
  }

  async #read() {
    const { value, done } = await this.#lines.next();
    if (done) {
      throw new Error("whoever started this has gone");
    }
    return JSON.parse(value);
  }

  /** Asks for something to be done outside the browser; one wish at a time. */
  async ask(what, more = {}) {
    process.stdout.write(`${JSON.stringify({ do: what, ...more })}\n`);
    const { ok, error } = await this.#read();
    if (error !== undefined) {
      throw new Error(error);
    }
    return ok;
  }

  /** Tells people something; shown when the story fails. */
  say(text) {
    // Without colours, and with nothing that looks like a wish.
    process.stdout.write(`${stripVTControlCharacters(text).replace(/^\{/gm, " {")}\n`);
  }

  leave() {
    process.stdin.destroy();
  }

  /** A member who has nothing to do beside voting and appears in no other part of the story. */
  member() {
    const member = this.members[this.#next++];
    if (member === undefined) {
      throw new Error("there are not so many members");
    }
    return { ...member, password: this.password };
  }

  /** The same, with a password chosen already. */
  async activeMember() {
    const member = this.member();
    await this.ask("activate", { member: member.no });
    return member;
  }

  /** A ballot on which people may vote: its identifier and the codes by member number. */
  async openBallot(file = {}) {
    const id = await this.ask(file.practice ? "practice" : "draft", { toml: ballotFile(file) });
    await this.ask("freeze", { id });
    const codes = await this.ask("codes", { id });
    await this.ask("open", { id });
    return { id, codes, code: (member) => codes[member.no] };
  }

  /** How many members chose each answer of the first question, once the ballot is closed. */
  async counts(id) {
    const { json } = await this.ask("run", { who: "anyone", words: ["results", id] });
    return Object.fromEntries(json.counts[0].answers.map(({ answer, votes }) => [answer, votes]));
  }
}
