// What the booth makes of the browser: answers of the server, the history, the address, the storage, times. All of these are
// given here as as much of the browser's own as is used.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import * as api from "../../src/ui/api.js";
import { isSingle, picked } from "../../src/ui/choices.js";
import { takeFragment } from "../../src/ui/fragment.js";
import { Trail } from "../../src/ui/history.js";
import { Shelf } from "../../src/ui/shelf.js";
import { moment, momentHere } from "../../src/ui/time.js";
import type { BoothInfo, Choice } from "../../src/ui/types.js";
import { fileName } from "../../src/ui/views/review.js";

/** Puts something in the place of a global of the browser's. */
function given(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

describe("answers of the server", () => {
  const RECEIPT = { tracker: "t", election: "e", height: 4, event: "v", signature: "s" };
  const VOTE = { vote: "{vote}", eighths: null, replaces: false };
  const asked: { url: string; init: RequestInit }[] = [];
  let answers: Record<string, () => Response | Promise<Response>> = {};

  beforeEach(() => {
    asked.length = 0;
    given("fetch", async (url: string, init: RequestInit) => {
      asked.push({ url, init });
      const path = url.replace("/api/v1", "").replace(/\?.*/, "");
      const answer = answers[path];
      if (!answer) {
        throw new TypeError("no connection");
      }
      return answer();
    });
  });

  const text = (body: string, status: number) => () => new Response(body, { status });
  const json = (body: unknown, status = 200) => text(JSON.stringify(body), status);
  const problem = (code: string, status: number, more = {}) => json({ code, status, ...more }, status);

  test("a whole receipt is one, with exactly its fields", async () => {
    answers = { "/ballots/b/votes": json({ ...RECEIPT, more: 1 }, 201) };
    assert.deepEqual(await api.cast("b", VOTE), { kind: "ok", value: RECEIPT });
    assert.equal(asked[0]?.init.body, "{vote}");
    assert.equal(asked[0]?.init.method, "POST");
    await api.cast("b", { ...VOTE, replaces: true });
    await api.cast("b", { ...VOTE, eighths: "AAAA" });
    const sent = (name: string) => asked.map(({ init }) => new Headers(init.headers).get(name));
    assert.deepEqual(sent("If-None-Match"), ["*", null, "*"]);
    assert.deepEqual(sent("Scrutineer-Eighths"), [null, null, "AAAA"]);
  });

  test("whatever else comes back leaves it open whether the vote was counted", async () => {
    for (const answer of [
      text(JSON.stringify(RECEIPT).slice(0, 40), 201),
      text("", 201),
      text("<h1>Welcome to the hotel</h1>", 200),
      json({ ...RECEIPT, height: "4" }),
      json({ tracker: "t" }),
      json(null),
      json([RECEIPT]),
      text("<h1>Bad gateway</h1>", 502),
      json({ error: "gateway" }, 504),
      json({ code: 7 }, 500),
      () => Promise.reject(new TypeError("reset")),
    ]) {
      answers = { "/ballots/b/votes": answer };
      assert.deepEqual(await api.cast("b", VOTE), { kind: "cut" });
    }
  });

  test("refusals are told by their code, with the wait where there is one", async () => {
    answers = { "/ballots/b/votes": problem("too_many_votes", 429, { retry_after: 55 }) };
    assert.deepEqual(await api.cast("b", VOTE), {
      kind: "no",
      no: { code: "too_many_votes", wait: 55 },
    });
    for (const odd of ["55", -1, null, {}]) {
      answers = { "/ballots/b/votes": problem("busy", 503, { retry_after: odd }) };
      assert.deepEqual(await api.cast("b", VOTE), { kind: "no", no: { code: "busy", wait: null } });
    }
  });

  test("nothing is cached, followed elsewhere, or sent to another site", async () => {
    answers = { "/sessions": json({ member_no: "100" }, 201) };
    assert.deepEqual(await api.signIn("100", 'p"w'), { kind: "ok", value: "100" });
    const { url, init } = asked[0] ?? assert.fail();
    assert.equal(url, "/api/v1/sessions");
    assert.deepEqual([init.cache, init.redirect, init.credentials], ["no-store", "error", "same-origin"]);
    assert.equal(init.body, '{"member_no":"100","password":"p\\"w","kind":"cookie"}');
  });

  const INFO = {
    id: "b",
    title: "T",
    state: "open",
    practice: false,
    contact: "C",
    questions: [],
    me: { eligible: true, voted: false },
  } as unknown as BoothInfo;
  const all = () => ({
    "/me": json({ member_no: "100" }),
    "/ballots/b/booth": json(INFO),
    "/ballots/b/election": text("{}", 200),
  });

  test("loading takes everything at once", async () => {
    answers = all();
    const reply = await api.load("b", "es", true);
    assert.ok(reply.kind === "ok");
    assert.deepEqual([reply.value.member, reply.value.info], ["100", INFO]);
    assert.deepEqual([...(reply.value.election ?? [])], [123, 125]);
    assert.ok(asked.some(({ url }) => url === "/api/v1/ballots/b/booth?language=es"));
    assert.equal(asked.length, 3);
    assert.equal((await api.load("b", "es", false)).kind, "ok");
    assert.equal(asked.length, 5);
  });

  test("a session that has ended is told whatever else fails", async () => {
    answers = { "/me": problem("not_signed_in", 401) };
    assert.deepEqual(await api.load("b", "en", true), {
      kind: "no",
      no: { code: "not_signed_in", wait: null },
    });
  });

  test("a ballot without its election cannot be begun, but one that takes no votes needs none", async () => {
    answers = { ...all(), "/ballots/b/election": problem("not_found", 404) };
    assert.equal((await api.load("b", "en", true)).kind, "no");
    answers["/ballots/b/booth"] = json({ ...INFO, state: "cancelled" });
    assert.equal((await api.load("b", "en", true)).kind, "ok");
    answers["/ballots/b/booth"] = json({ ...INFO, me: { eligible: false, voted: false } });
    assert.equal((await api.load("b", "en", true)).kind, "ok");
    answers["/ballots/b/booth"] = json({ ...INFO, questions: undefined });
    assert.equal((await api.load("b", "en", true)).kind, "cut");
  });

  test("the state of a vote is one of three", async () => {
    answers = { "/ballots/b/receipts": json({ tracker: "a+b/c", state: "replaced", height: 3 }) };
    assert.deepEqual(await api.status("b", "a+b/c"), { kind: "ok", value: "replaced" });
    // What stands in an address stands in logs, beside that of the member.
    assert.deepEqual(
      [asked[0]?.url, asked[0]?.init.body],
      ["/api/v1/ballots/b/receipts", '{"tracker":"a+b/c"}'],
    );
    answers = { "/ballots/b/receipts": json({ state: "lost" }) };
    assert.deepEqual(await api.status("b", "t"), { kind: "cut" });
  });

  test("a test is told only by an answer", async () => {
    answers = { "/ballots/b/tests": () => new Response(null, { status: 204 }) };
    assert.deepEqual(await api.tellTest("b", "t"), { kind: "ok", value: null });
    // What follows is that the vote is opened: nothing but the server's own answer will do.
    for (const answer of [text("<h1>Welcome to the hotel</h1>", 200), json({}, 201), text("", 202)]) {
      answers = { "/ballots/b/tests": answer };
      assert.deepEqual(await api.tellTest("b", "t"), { kind: "cut" });
    }
    answers = {};
    assert.deepEqual(await api.tellTest("b", "t"), { kind: "cut" });
  });
});

describe("the address and the history", () => {
  /** As much of a browser's history as is used. */
  class Past {
    entries: { state: unknown; url: string }[] = [{ state: null, url: "" }];
    index = 0;
    get state(): unknown {
      return this.entries[this.index]?.state;
    }
    replaceState(state: unknown, _: string, url: string): void {
      this.entries[this.index] = { state: structuredClone(state), url };
    }
    pushState(state: unknown, _: string, url: string): void {
      this.entries.length = ++this.index;
      this.entries.push({ state: structuredClone(state), url });
    }
    go(by: number): unknown {
      this.index += by;
      return this.state;
    }
  }

  let past = new Past();
  beforeEach(() => {
    past = new Past();
    given("history", past);
    given("location", { pathname: "/ballots/b/vote", search: "", hash: "" });
  });

  test("a fragment is taken out of both", () => {
    for (const [hash, text] of [
      ["#014D-2PF2", "014D-2PF2"],
      ["#014D%202PF2", "014D 2PF2"],
      ["#%", "%"],
      ["#", null],
      ["", null],
      ["#main", null],
    ] as const) {
      past = new Past();
      given("history", past);
      given("location", { pathname: "/p", search: "?q", hash });
      assert.equal(takeFragment(), text);
      assert.equal(past.entries.length, 1);
      assert.equal(past.entries[0]?.url, hash.length > 1 ? "/p?q" : "");
    }
  });

  test("one entry a step, and nothing but the step in it", () => {
    const trail = new Trail();
    trail.at("ballot");
    trail.at("ballot");
    trail.at(null);
    trail.at("question 0");
    trail.at("review");
    assert.equal(past.entries.length, 3);
    for (const { state, url } of past.entries) {
      assert.deepEqual(Object.keys(state as object).sort(), ["index", "place", "run"]);
      assert.equal(url, "/ballots/b/vote");
    }
    assert.equal(trail.moved(past.go(-2)), "ballot");
    assert.ok(!trail.leadsBack);
    assert.equal(trail.moved(past.go(1)), "question 0");
    assert.ok(trail.leadsBack);
    trail.at("question 1");
    assert.deepEqual(
      past.entries.map(({ state }) => (state as { place: string }).place),
      ["ballot", "question 0", "question 1"],
    );
  });

  test("entries of another time lead to the first step", () => {
    const old = new Trail();
    old.at("ballot");
    old.at("review");
    const trail = new Trail();
    trail.at("ballot");
    assert.equal(trail.moved(past.go(-1)), "ballot");
    assert.equal(trail.moved(null), "ballot");
    assert.equal(trail.moved({ run: "x", index: 3, place: "review" }), "ballot");
    assert.ok(!trail.leadsBack);
  });
});

describe("the shelf", () => {
  class Store {
    [name: string]: unknown;
    getItem(key: string): unknown {
      return Object.hasOwn(this, key) ? this[key] : null;
    }
    setItem(key: string, value: string): void {
      this[key] = value;
    }
    removeItem(key: string): void {
      delete this[key];
    }
  }

  test("keeps one vote a ballot, until its receipt came", () => {
    const store = new Store();
    given("sessionStorage", store);
    const shelf = new Shelf("abc");
    shelf.belongsTo("abcdef");
    shelf.keep("{vote}");
    assert.deepEqual(Object.values(store), ["{vote}"]);
    assert.equal(new Shelf("abcdef").kept(), "{vote}");
    assert.equal(new Shelf("abc").kept(), "{vote}");
    assert.equal(new Shelf("xyz").kept(), null);
    new Shelf("abc").drop();
    assert.deepEqual(Object.keys(store), []);
  });

  test("does without where the browser keeps nothing", () => {
    given("sessionStorage", undefined);
    const shelf = new Shelf("abc");
    shelf.keep("{vote}");
    shelf.drop();
    assert.equal(shelf.kept(), null);
  });
});

describe("times", () => {
  const CLOSES = 1_611_467_940;

  test("are written in the ballot's zone and in the reader's language", () => {
    assert.match(moment(CLOSES, "en", "America/Chicago") ?? "", /^Saturday,? 23 January 2021, 23:59$/);
    assert.match(moment(CLOSES, "es", "America/Chicago") ?? "", /^sábado, 23 de enero de 2021, 23:59$/);
    assert.match(moment(CLOSES, "pl", "America/Chicago") ?? "", /^sobota, 23 stycznia 2021, 23:59$/);
  });

  test("the reader's own time is told only where it is another", () => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    assert.equal(momentHere(CLOSES, "en", here), null);
    const elsewhere =
      moment(CLOSES, "en") === moment(CLOSES, "en", "Asia/Tokyo") ? "Etc/GMT+12" : "Asia/Tokyo";
    assert.equal(momentHere(CLOSES, "en", elsewhere), moment(CLOSES, "en"));
  });

  test("a zone that the browser does not know is no time", () => {
    assert.equal(moment(CLOSES, "en", "Mars/Olympus"), null);
  });
});

test("no click chooses too much, and abstaining goes with nothing else", () => {
  for (let answers = 1; answers <= 4; answers++) {
    for (let max = 1; max <= answers; max++) {
      for (let min = 0; min <= max; min++) {
        const question = { text: "", answers: Array(answers).fill(""), min, max, blank: true };
        let choice: Choice = [];
        for (let click = 0; click < 200; click++) {
          const at = (click * 7 + 3 * (click % 5)) % (answers + 1);
          const after = picked(question, choice, at === answers ? "blank" : at, click % 3 > 0);
          if (after !== "full") {
            choice = after;
          }
          assert.ok(choice === "blank" || (choice.length <= max && new Set(choice).size === choice.length));
          assert.ok(!isSingle(question) || choice === "blank" || choice.length <= 1);
        }
        for (const odd of [-1, answers, 0.5, Number.NaN]) {
          assert.equal(picked(question, choice, odd, true), choice);
        }
      }
    }
  }
  const strict = { text: "", answers: ["a"], min: 1, max: 1, blank: false };
  assert.deepEqual(picked(strict, [0], "blank", true), []);
});

test("files have names that every system takes", () => {
  assert.equal(fileName("receipt", "a+b/c+/dXYZ"), "receipt-a-b_c-_d.json");
  assert.equal(fileName("test", "abcdefghijk"), "test-abcdefgh.json");
});
