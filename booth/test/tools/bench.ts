// Measures sealing: one JSON document on the standard output, times in milliseconds. Every shape of ballot is measured in a
// process of its own, so that the first vote is as cold as on a page that was just opened.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Desk } from "../../src/seal/desk.js";
import { utf8 } from "../../src/seal/hash.js";
import { codeBytes, electionJson, question } from "../elections.js";
import { Seeded } from "../seeded.js";

/** Answers to the one question of which one is chosen. */
const SHAPES = [2, 10];
/** Votes that warm the program up, and votes that are measured. */
const WARMING = 20;
const MEASURED = 40;

interface Measured {
  answers: number;
  /** Reading the election and building the tables of powers: done while the member reads. */
  prepare: number;
  /** The first vote of a page. */
  first: number;
  /** The median of later ones. */
  warm: number;
  /** The election, for others to seal votes for. */
  election: string;
}

function measure(answers: number): Measured {
  const names = Array.from({ length: answers }, (_, i) => `Answer ${i + 1}`);
  const election = JSON.stringify(electionJson([question({ answers: names })], 5n));
  const desk = new Desk(new Seeded("bench").source);
  const seal = (i: number) => timed(() => desk.seal(codeBytes(), [[i % answers]]));
  const prepare = timed(() => desk.prepare(utf8(election)));
  const first = seal(0);
  for (let i = 0; i < WARMING; i++) {
    seal(i);
  }
  const later = Array.from({ length: MEASURED }, (_, i) => seal(i)).sort((a, b) => a - b);
  return { answers, prepare, first, warm: later[MEASURED / 2] ?? Number.NaN, election };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const shape = process.argv[2];
if (shape === undefined) {
  const self = fileURLToPath(import.meta.url);
  const shapes = SHAPES.map((answers) => {
    const output = execFileSync(process.execPath, [self, `${answers}`], { encoding: "utf8" });
    return JSON.parse(output) as Measured;
  });
  process.stdout.write(`${JSON.stringify({ node: process.version, shapes })}\n`);
} else {
  process.stdout.write(JSON.stringify(measure(Number(shape))));
}
