// Measures sealing: one JSON document on the standard output, times in milliseconds. Every shape of ballot is measured in
// processes of its own, so that the first vote is as cold as on a page that was just opened. Of every time the least is
// taken: whatever else the machine does can only add to it. With the argument `quick` one process must do, for trying it out.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Desk } from "../../src/seal/desk.js";
import { utf8 } from "../../src/seal/hash.js";
import { G, power } from "../../src/seal/point.js";
import { scalarOfBytes } from "../../src/seal/scalar.js";
import { codeBytes, electionJson, question } from "../elections.js";
import { Seeded } from "../seeded.js";

/** Answers to the one question of which one is chosen. */
const SHAPES = [2, 10];
/** Processes for each shape, and votes that each of them seals. */
const PROCESSES = 5;
const VOTES = 40;
/** Multiplications that each of them does. */
const MULTIPLICATIONS = 200;

interface Measured {
  answers: number;
  /** Reading the election and building the tables of powers: done while the member reads. */
  prepare: number;
  /** The first vote of a page. */
  first: number;
  /** A later one. */
  warm: number;
  /** A point without a table to a secret exponent, in constant time: what all ratios are to. */
  multiplication: number;
  /** The election, for others to seal votes for. */
  election: string;
}

type Time = "prepare" | "first" | "warm" | "multiplication";

function measure(answers: number): Measured {
  const names = Array.from({ length: answers }, (_, i) => `Answer ${i + 1}`);
  const election = JSON.stringify(electionJson([question({ answers: names })], 5n));
  const desk = new Desk(new Seeded("bench").source);
  const seal = (i: number) => timed(() => desk.seal(codeBytes(), [[i % answers]]));
  const prepare = timed(() => {
    desk.prepare(utf8(election));
    desk.warmUp();
  });
  const first = seal(0);
  const later = Array.from({ length: VOTES }, (_, i) => seal(i));
  return { answers, prepare, first, warm: Math.min(...later), multiplication: multiplication(), election };
}

function multiplication(): number {
  const chance = new Seeded("multiplication");
  const exponent = () => scalarOfBytes(chance.bytes(64));
  const times = Array.from({ length: MULTIPLICATIONS }, () => {
    const point = power(G, exponent());
    const by = exponent();
    return timed(() => power(point, by));
  });
  return Math.min(...times);
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const what = process.argv[2];
if (what === undefined || what === "quick") {
  const self = fileURLToPath(import.meta.url);
  const shapes = SHAPES.map((answers) => {
    const runs = Array.from({ length: what === "quick" ? 1 : PROCESSES }, () => {
      const output = execFileSync(process.execPath, [self, `${answers}`], { encoding: "utf8" });
      return JSON.parse(output) as Measured;
    });
    const least = (time: Time) => Math.min(...runs.map((run) => run[time]));
    const [prepare, first, warm] = [least("prepare"), least("first"), least("warm")];
    return { ...runs[0], prepare, first, warm, multiplication: least("multiplication") };
  });
  process.stdout.write(`${JSON.stringify({ node: process.version, shapes })}\n`);
} else {
  process.stdout.write(JSON.stringify(measure(Number(what))));
}
