// Reading elections: what is strange is refused, what later releases add is passed over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readElection } from "../../src/seal/election.js";
import { utf8 } from "../../src/seal/hash.js";
import { parseJson } from "../../src/seal/json.js";
import { electionJson, question } from "../elections.js";

type Raw = Record<string, unknown> & { questions: Record<string, unknown>[] };

function raw(more: object = {}): Raw {
  return { ...(electionJson([question({ blank: true })]) as Raw), ...more };
}

function reading(json: unknown) {
  return () => readElection(utf8(typeof json === "string" ? json : JSON.stringify(json)));
}

const LINE = {
  v: 1,
  ballot: "ZM9Q5QG2xbtcA9",
  box: "All members",
  eligible: 25000,
  spares: 20,
  roll: "01".repeat(32),
  rules: ['"Accept the offer" >= 60% of eligible'],
  tellers: "02".repeat(32),
  codes: "server",
  officers: { needed: 1, keys: [`SHA256:${"A".repeat(43)}`] },
  receipts: `SHA256:${"B".repeat(43)}`,
  closes: 1611467940,
};

test("an election is shown as it stands on the record", () => {
  const { view, text } = readElection(utf8(JSON.stringify(raw())));
  assert.deepEqual(view.questions, [question({ blank: true })]);
  assert.equal(view.line, null);
  assert.equal(view.fingerprint.length, 43);
  assert.equal(text, JSON.stringify(raw()));
});

test("fields of later releases, blanks and wrapped questions are read", () => {
  const { questions, ...rest } = raw({
    language: ["fr", "ltr"],
    administrator: "A",
    later: { deep: [1.5e3, null, true] },
  });
  const wrapped = questions.map((value) => ({ type: "Homomorphic", value, extra: { x: [1, null] } }));
  const { view } = readElection(utf8(JSON.stringify({ ...rest, questions: wrapped }, null, 2)));
  assert.deepEqual(view.questions, [question({ blank: true })]);
});

test("the description line is read, and the delegate's text stands without it", () => {
  const description = `One.\nTwo.\nscrutineer: ${JSON.stringify(LINE)}`;
  const { view } = readElection(utf8(JSON.stringify(raw({ description }))));
  assert.equal(view.description, "One.\nTwo.");
  assert.deepEqual(view.line, LINE);
  const open = {
    ...LINE,
    rules: [null],
    tellers: "server",
    codes: "registrar",
    closes: null,
    officers: { needed: 0, keys: [] },
  };
  const other = readElection(
    utf8(JSON.stringify(raw({ description: `\nscrutineer: ${JSON.stringify(open)}` }))),
  ).view;
  assert.equal(other.description, "");
  assert.deepEqual(other.line, open);
  const several = { ...LINE, boxes: 3 };
  const third = readElection(
    utf8(JSON.stringify(raw({ description: `\nscrutineer: ${JSON.stringify(several)}` }))),
  ).view;
  assert.deepEqual(third.line, several);
});

test("a description line that is not as we write it is refused", () => {
  const json = JSON.stringify(LINE);
  const bad = [
    json.replace('{"v"', '{ "v"'),
    json.replace('"v":1', '"v":1,"v":1'),
    json.replace('"v":1', '"v":2'),
    json.replace('"v":1,', ""),
    json.replace('"eligible":25000,"spares":20', '"spares":20,"eligible":25000'),
    json.replace("25000", "-1"),
    json.replace("25000", "25000.5"),
    json.replace("25000", "9007199254740993"),
    json.replace("0202", "02"),
    json.replace("All members", "All\\u0020members"),
    json.replace('"server"', '"nobody"'),
    json.replace("BBBB", "BBB"),
    json.replace(',"closes":1611467940', ""),
    json.replace(/\}$/, ',"x":1}'),
    json.replace(/\}$/, ',"boxes":1}'),
    json.replace(/\}$/, ',"boxes":"3"}'),
    json.replace(/"rules":\[.*?\]/, '"rules":[]'),
    json.replace(/"rules":\[.*?\]/, '"rules":[1]'),
    json.replace(/"officers":\{.*?\}/, '"officers":null'),
    "null",
    "[]",
    "",
    "{}",
  ];
  for (const line of bad) {
    assert.notEqual(line, json);
    assert.throws(reading(raw({ description: `A\nscrutineer: ${line}` })), { problem: "election" }, line);
  }
  assert.throws(reading(raw({ description: `scrutineer: ${json}\nA\nscrutineer: ${json}` })), {
    problem: "election",
  });
});

test("other versions, groups and kinds of question are not supported", () => {
  const kind = (type: string) => [{ type, value: raw().questions[0] }];
  for (const more of [
    { version: 2 },
    { group: "BELENIOS-2048" },
    { questions: kind("NonHomomorphic") },
    { questions: kind("Lists") },
    { questions: kind("homomorphic") },
  ]) {
    assert.throws(reading(raw(more)), { problem: "unsupported" }, JSON.stringify(more));
  }
});

test("what makes no sense is refused", () => {
  const neutral = `${"0".repeat(63)}1`;
  const small = `7${"f".repeat(61)}ec`;
  for (const more of [
    { version: "1" },
    { version: null },
    { uuid: "short" },
    { uuid: "0OIl0OIl0OIl0O" },
    { uuid: 5 },
    { uuid: "1".repeat(65) },
    { public_key: neutral },
    { public_key: small },
    { public_key: "x" },
    { public_key: [raw()["public_key"]] },
    { name: null },
    { description: 7 },
    { questions: [] },
    { questions: {} },
    { questions: Array(1001).fill(raw().questions[0]) },
    { questions: [null] },
    { questions: ["?"] },
    { questions: [{ type: "Homomorphic" }] },
    { questions: [{ type: 1, value: raw().questions[0] }] },
  ]) {
    assert.throws(reading(raw(more)), { problem: "election" }, JSON.stringify(more).slice(0, 80));
  }
  for (const json of [
    "",
    "null",
    "[]",
    "{",
    "{}",
    "{}{}",
    `${JSON.stringify(raw())}x`,
    `\ufeff${JSON.stringify(raw())}`,
  ]) {
    assert.throws(reading(json), { problem: "election" }, json.slice(0, 20));
  }
  assert.throws(() => readElection(Uint8Array.of(0x22, 0xff, 0x22)), { problem: "election" });
});

test("questions must be possible to answer", () => {
  for (const more of [
    { min: 2, max: 1 },
    { max: 3 },
    { min: 0, max: 4294967296 },
    { min: -1 },
    { min: 1.5 },
    { min: "1" },
    { min: null },
    { max: 1e300 },
    { blank: null },
    { blank: "true" },
    { answers: [] },
    { answers: ["Yes", 5] },
    { answers: "Yes" },
    { answers: Array(1001).fill("Yes") },
    { question: null },
  ]) {
    const asked = [{ ...raw().questions[0], ...more }];
    assert.throws(
      reading(raw({ questions: asked })),
      { problem: "election" },
      JSON.stringify(more).slice(0, 80),
    );
  }
  const json = JSON.stringify(raw());
  for (const [from, to] of [
    ['"min":1', '"min":1.0'],
    ['"min":1', '"min":1e0'],
    ['"min":1', '"min":01'],
    ['"min":1', '"min":99999999999999999999999999'],
    ['"min":1', '"min":1,"min":1'],
    ['"min":1', '"min":1,"m\\u0069n":0'],
    ['"version":1', '"version":1,"version":1'],
    ['"version":1', '"__proto__":{},"__proto__":{},"version":1'],
  ] as const) {
    assert.ok(json.includes(from));
    assert.throws(reading(json.replace(from, to)), { problem: "election" }, to);
  }
});

test("JSON is read strictly, and as the browser reads it where it is right", () => {
  const plain = (value: unknown): unknown =>
    value instanceof Map
      ? Object.fromEntries([...value].map(([name, field]) => [name, plain(field)]))
      : Array.isArray(value)
        ? value.map(plain)
        : typeof value === "bigint"
          ? Number(value)
          : value;
  for (const text of [
    '{"a":[1,-2,3.5e2,"x\\n\\u00e9\\ud83d\\ude00/",true,false,null],"":{}}',
    ' [ 1 , { "b" : [ ] } ]\r\n\t',
    '"\u007f\u2028"',
    "-0.5",
  ]) {
    assert.deepEqual(plain(parseJson("test", utf8(text))), JSON.parse(text));
  }
  for (const text of [
    "",
    " ",
    "{",
    "[1,]",
    '{"a":1,}',
    "{a:1}",
    "{'a':1}",
    '{"a" 1}',
    "[1 2]",
    "+1",
    "01",
    "1.",
    ".5",
    "0x1",
    "NaN",
    "nul",
    "truefalse",
    '"\n"',
    '"\\x"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"open',
    "[".repeat(100) + "]".repeat(100),
    "// no\n1",
  ]) {
    assert.throws(() => parseJson("test", utf8(text)), { problem: "election" }, text.slice(0, 20));
  }
  const long = "x".repeat(1_000_000);
  for (const endless of [`"${long}`, `"${"\\n".repeat(500_000)}`, `"${long}\n"`]) {
    assert.throws(() => parseJson("test", utf8(endless)), { problem: "election" });
  }
  assert.equal(parseJson("test", utf8(`"${long}"`)), long);
});
