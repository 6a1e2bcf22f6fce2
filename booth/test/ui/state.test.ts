// The booth's machine: Back, reloads, cut connections, expired sessions, closing, other people and other windows.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { VotingCode } from "../../src/seal/code.js";
import { before, initial, placeOf, update } from "../../src/ui/state.js";
import type {
  BoothInfo,
  Effect,
  ElectionView,
  Event,
  Page,
  PublicBallot,
  QuestionView,
  Receipt,
  Reply,
  State,
} from "../../src/ui/types.js";

const QUESTIONS: QuestionView[] = [
  { text: "Accept?", answers: ["Yes", "No"], min: 1, max: 1, blank: true },
  { text: "Who?", answers: ["Ada", "Rosa", "Lech"], min: 1, max: 2, blank: false },
];

const ELECTION: ElectionView = {
  uuid: "ZM9Q5QG2xbtcA9",
  name: "A ballot",
  description: "",
  fingerprint: "print",
  questions: QUESTIONS,
  line: null,
};

const INFO: BoothInfo = {
  id: "b",
  title: "A ballot",
  state: "open",
  practice: false,
  contact: "Committee",
  closes: { seconds: 1_800_000_000, local: "soon" },
  time_zone: "America/Chicago",
  election: ELECTION.uuid,
  fingerprint: "print",
  questions: [{ rule: [] }, { rule: [] }],
  who: "Everyone",
  setting: [],
  me: { eligible: true, voted: false },
  record_step: 600,
};

const PUBLIC: PublicBallot = {
  title: "A ballot",
  state: "open",
  closes: 1_800_000_000,
  time_zone: "America/Chicago",
  contact: "Committee",
};

const SEALED = { vote: "{sealed}", tracker: "tracker", eighths: "eighths", words: [] };
const KEPT = { vote: "{kept}", tracker: "kept" };
const CAST = { do: "cast", vote: SEALED.vote, eighths: SEALED.eighths };
const CAST_KEPT = { do: "cast", vote: KEPT.vote, eighths: null };
const RECEIPT: Receipt = {
  tracker: "tracker",
  election: ELECTION.uuid,
  height: 3,
  event: "e",
  signature: "s",
};
const CODE = new VotingCode(new Uint8Array(16).fill(7));
const ok = <T>(value: T): Reply<T> => ({ kind: "ok", value });
const no = (code: string, wait: number | null = null) => ({ kind: "no", no: { code, wait } }) as const;
const CUT = { kind: "cut" } as const;

/** A booth that takes events and keeps what it was told to do. */
class Tried {
  state: State = initial;
  effects: Effect[] = [];

  do(...events: Event[]): this {
    for (const event of events) {
      const step = update(this.state, event);
      this.state = step.state;
      this.effects = [...step.effects];
    }
    return this;
  }

  get at(): Page["at"] {
    return this.state.page.at;
  }

  /** What the last event had done. */
  get done(): string[] {
    return this.effects.map((effect) => effect.do);
  }

  load(info: Partial<BoothInfo> = {}, member = "100"): this {
    const election = new Uint8Array();
    this.do({ is: "loaded", reply: ok({ info: { ...INFO, ...info }, member, election }) });
    return this.done.includes("prepare") ? this.do({ is: "prepared", election: ELECTION }) : this;
  }

  start(more: Partial<Extract<Event, { is: "start" }>> = {}): this {
    return this.do({ is: "start", signedIn: true, code: { code: CODE }, kept: null, ...more });
  }

  pick(answer: number | "blank", on = true): this {
    return this.do({ is: "pick", answer, on });
  }

  choose(): this {
    return this.do({ is: "begin" }).pick(0).do({ is: "next" }).pick(1).pick(2).do({ is: "next" });
  }

  toReview(): this {
    return this.start().load().choose().do({ is: "sealed", sealing: this.state.sealing, sealed: SEALED });
  }

  toCasting(): this {
    return this.toReview().do({ is: "cast" });
  }

  refuse(code: string, wait: number | null = null): this {
    return this.do({ is: "cast reply", reply: no(code, wait) });
  }
}

const booth = () => new Tried();

describe("the way", () => {
  test("with a code from the link it goes from the ballot to the receipt", () => {
    const tried = booth().start();
    assert.deepEqual(tried.effects, [{ do: "load", election: true }]);
    tried.load();
    assert.equal(tried.at, "ballot");
    tried.do({ is: "begin" });
    assert.deepEqual(tried.state.page, { at: "question", number: 0, few: false, full: false });
    tried.pick(1).do({ is: "next" }).pick(0).do({ is: "next" });
    assert.equal(tried.at, "sealing");
    assert.deepEqual(tried.effects, [{ do: "seal", sealing: 1, code: CODE, choices: [[1], [0]] }]);
    tried.do({ is: "sealed", sealing: 1, sealed: SEALED });
    assert.equal(tried.at, "review");
    tried.do({ is: "cast" });
    assert.deepEqual(tried.effects, [
      { do: "keep", vote: SEALED.vote },
      { ...CAST, replaces: false },
    ]);
    tried.do({ is: "cast reply", reply: ok(RECEIPT) });
    assert.deepEqual(tried.state.page, { at: "receipt", receipt: RECEIPT, genuine: null });
    assert.deepEqual(tried.done, ["drop", "forget", "check", "tell others"]);
    tried.do({ is: "checked", genuine: true });
    assert.deepEqual(tried.state.page, { at: "receipt", receipt: RECEIPT, genuine: true });
  });

  test("after the receipt neither code nor choice nor vote is left", () => {
    const { state } = booth()
      .toCasting()
      .do({ is: "cast reply", reply: ok(RECEIPT) });
    assert.deepEqual([state.code, state.sealed, state.pending, state.answers], [null, null, null, [[], []]]);
  });

  test("without a code it is asked for, and mistakes are named before anything is sent", () => {
    const tried = booth().start({ code: null }).load().do({ is: "begin" });
    assert.deepEqual(tried.state.page, { at: "code", problem: null });
    for (const parsed of [
      { problem: "empty" },
      { problem: "letter", at: 5 },
      { problem: "check" },
    ] as const) {
      tried.do({ is: "code", parsed, byLink: false });
      assert.deepEqual(tried.state.page, { at: "code", problem: parsed });
      assert.deepEqual(tried.effects, []);
    }
    tried.do({ is: "code", parsed: { code: CODE }, byLink: false });
    assert.equal(placeOf(tried.state.page), "question 0");
  });

  test("an empty field keeps the code that is there", () => {
    const tried = booth().start().load().do({ is: "visit", place: "code" });
    tried.do({ is: "code", parsed: { problem: "empty" }, byLink: false });
    assert.equal(placeOf(tried.state.page), "question 0");
  });

  test("a link with a broken code is named and the code asked for", () => {
    const tried = booth()
      .start({ code: { problem: "length", at: 9 } })
      .load();
    assert.deepEqual(tried.state.codeTrouble, { kind: "link", problem: { problem: "length", at: 9 } });
    assert.equal(tried.do({ is: "begin" }).at, "code");
  });

  test("nothing is chosen beforehand, and going on says what is missing", () => {
    const tried = booth().start().load().do({ is: "begin" });
    assert.deepEqual(tried.state.answers, [[], []]);
    tried.do({ is: "next" });
    assert.deepEqual(tried.state.page, { at: "question", number: 0, few: true, full: false });
    tried.pick("blank").do({ is: "next" });
    assert.equal(placeOf(tried.state.page), "question 1");
  });

  test("too many choices cannot happen", () => {
    const tried = booth()
      .start()
      .load()
      .do({ is: "begin" })
      .pick(0)
      .do({ is: "next" })
      .pick(0)
      .pick(1)
      .pick(2);
    assert.deepEqual(tried.state.answers[1], [0, 1]);
    assert.deepEqual(tried.state.page, { at: "question", number: 1, few: false, full: true });
    tried.pick(0, false).pick(2);
    assert.deepEqual(tried.state.answers[1], [1, 2]);
  });

  test("a second click casts nothing a second time", () => {
    const tried = booth().toCasting().do({ is: "cast" });
    assert.equal(tried.at, "casting");
    assert.deepEqual(tried.effects, []);
  });
});

describe("signing in", () => {
  const asked = () => booth().start({ signedIn: false });

  test("comes first, and the link's code stays", () => {
    const tried = asked();
    assert.deepEqual([tried.at, tried.done], ["sign-in", []]);
    tried.do({ is: "sign in", member: " 100 ", password: "secret" });
    assert.deepEqual(tried.effects, [{ do: "sign in", member: "100", password: "secret" }]);
    tried.do({ is: "signed in", reply: ok("100") }).load();
    assert.equal(tried.at, "ballot");
    assert.equal(tried.state.code, CODE);
  });

  test("the password stays nowhere", () => {
    const tried = asked().do({ is: "sign in", member: "100", password: "correct horse" });
    assert.doesNotMatch(JSON.stringify(tried.state), /correct horse/);
  });

  test("names missing fields and asks nothing", () => {
    for (const [member, password, error] of [
      ["", "", "both"],
      [" ", "x", "member"],
      ["100", "", "password"],
    ] as const) {
      const tried = asked().do({ is: "sign in", member, password });
      assert.deepEqual(tried.effects, []);
      assert.ok(tried.state.page.at === "sign-in" && tried.state.page.error === error);
    }
  });

  test("says how it failed, and counts the wait down", () => {
    for (const [reply, error] of [
      [no("wrong_credentials"), "wrong"],
      [no("sign_ins_busy", 5), "busy"],
      [no("too_many_attempts", 2), "attempts"],
      [no("internal"), "other"],
      [CUT, "cut"],
    ] as const) {
      const tried = asked().do({ is: "sign in", member: "1", password: "x" }, { is: "signed in", reply });
      const { page } = tried.state;
      assert.ok(page.at === "sign-in" && page.error === error && !page.busy);
      if (error === "attempts") {
        assert.equal(page.seconds, 2);
        tried.do({ is: "tick" }, { is: "tick" });
        assert.ok(tried.state.page.at === "sign-in" && tried.state.page.seconds === null);
      }
    }
  });
});

describe("where it goes no further", () => {
  for (const [info, why] of [
    [{ state: "frozen" }, "not-open"],
    [{ state: "cancelled" }, "cancelled"],
    [{ me: { eligible: false, voted: false } }, "not-eligible"],
    [{ fingerprint: "other" }, "mismatch"],
    [{ election: "other" }, "mismatch"],
    [{ questions: [] }, "mismatch"],
    // What is shown beside the questions must be what the vote is bound to.
    [{ title: "Another ballot" }, "mismatch"],
    [{ practice: true }, "mismatch"],
    [{ description: "Yes means that nothing changes." }, "mismatch"],
  ] as const) {
    test(`${why}: ${JSON.stringify(info)}`, () => {
      const tried = booth().start().load(info);
      assert.deepEqual(tried.state.page, { at: "stopped", why });
      assert.equal(tried.state.code, null);
      assert.equal(tried.do({ is: "begin" }, { is: "cast" }).at, "stopped");
    });
  }

  test("an election of another ballot of this server", () => {
    const line = { ballot: "other" } as NonNullable<ElectionView["line"]>;
    const tried = booth().start();
    tried.do({ is: "loaded", reply: ok({ info: INFO, member: "100", election: new Uint8Array() }) });
    tried.do({ is: "prepared", election: { ...ELECTION, line } });
    assert.deepEqual(tried.state.page, { at: "stopped", why: "mismatch" });
  });

  test("a ballot that is shown otherwise after the session has ended: nothing is sent", () => {
    const tried = booth().toCasting().refuse("not_signed_in");
    tried.do({ is: "public", reply: ok(PUBLIC) });
    tried.do({ is: "sign in", member: "100", password: "x" }, { is: "signed in", reply: ok("100") });
    tried.load({ title: "Another ballot" });
    assert.deepEqual(tried.state.page, { at: "stopped", why: "mismatch" });
    assert.deepEqual(tried.done, ["forget"]);
  });

  test("the booth speaks another language: only what fits the election is taken over", () => {
    const tried = booth().start().load();
    tried.do({ is: "reworded", info: { ...INFO, title: "Another ballot" } });
    assert.equal(tried.state.info?.title, INFO.title);
  });

  test("an election that the booth cannot read", () => {
    const election = new Uint8Array();
    const tried = booth().start();
    tried.do({ is: "loaded", reply: ok({ info: INFO, member: "100", election }) });
    tried.do({ is: "prepared", election: null });
    assert.deepEqual(tried.state.page, { at: "stopped", why: "unsupported" });
  });

  test("no connection at the start: the code stays and the same is tried again", () => {
    const tried = booth().start().do({ is: "loaded", reply: CUT });
    assert.deepEqual(tried.state.page, { at: "unreachable", why: "cut" });
    assert.deepEqual(tried.do({ is: "retry" }).done, ["load"]);
    tried.do({ is: "loaded", reply: no("busy") });
    assert.deepEqual(tried.do({ is: "online" }).done, ["load"]);
    assert.equal(tried.load().at, "ballot");
    assert.equal(tried.state.code, CODE);
  });

  test("voting has ended", () => {
    const tried = booth().start().load({ state: "tallied" });
    assert.deepEqual(tried.state.page, { at: "closed", fate: "none", tracker: null });
    assert.equal(tried.state.code, null);
  });
});

describe("a lost connection", () => {
  test("the same bytes go out again, with growing pauses, until the receipt is there", () => {
    const tried = booth().toCasting();
    for (const seconds of [2, 4, 8, 15, 30, 60, 60]) {
      tried.do({ is: "cast reply", reply: CUT });
      assert.deepEqual(tried.state.page, { at: "waiting", why: "cut", seconds });
      assert.equal(tried.state.pending?.uncertain, true);
      for (let i = 1; i < seconds; i++) {
        assert.deepEqual(tried.do({ is: "tick" }).effects, []);
      }
      tried.do({ is: "tick" });
      assert.deepEqual(tried.effects, [
        { do: "keep", vote: SEALED.vote },
        { ...CAST, replaces: false },
      ]);
    }
    assert.equal(tried.do({ is: "cast reply", reply: ok(RECEIPT) }).at, "receipt");
  });

  test("try now, and the network's return, do not wait", () => {
    for (const event of [{ is: "cast" }, { is: "online" }] as const) {
      const tried = booth().toCasting().do({ is: "cast reply", reply: CUT }, event);
      assert.deepEqual(tried.done, ["keep", "cast"]);
    }
  });

  test("a busy server is asked again, not before it says", () => {
    const tried = booth().toCasting().refuse("busy", 20);
    assert.deepEqual(tried.state.page, { at: "waiting", why: "busy", seconds: 20 });
    assert.equal(tried.state.pending?.uncertain, false);
  });

  test("after a reload the kept vote goes out as it is", () => {
    const tried = booth().start({ code: null, kept: KEPT }).load();
    assert.equal(tried.at, "casting");
    assert.deepEqual(tried.effects, [
      { do: "keep", vote: KEPT.vote },
      { ...CAST_KEPT, replaces: false },
    ]);
    assert.equal(tried.state.pending?.resumed, true);
  });

  test("after a reload without a session it is sent after signing in", () => {
    const tried = booth().start({ signedIn: false, code: null, kept: KEPT });
    assert.deepEqual(tried.done, ["ask public"]);
    tried.do({ is: "public", reply: ok(PUBLIC) });
    assert.ok(tried.state.page.at === "sign-in" && tried.state.page.reason === "waiting");
    tried.do({ is: "sign in", member: "100", password: "x" }, { is: "signed in", reply: ok("100") }).load();
    assert.deepEqual(tried.effects.at(-1), { ...CAST_KEPT, replaces: false });
  });

  test("what goes out again never takes the place of a vote that was cast elsewhere meanwhile, unless told to", () => {
    const waits = [
      booth().toCasting().do({ is: "cast reply", reply: CUT }, { is: "online" }),
      booth()
        .start({ code: null, kept: KEPT })
        .load({ me: { eligible: true, voted: true } }),
    ];
    for (const tried of waits) {
      assert.ok(tried.effects.some((effect) => effect.do === "cast" && !effect.replaces));
      tried.refuse("voted_already");
      assert.deepEqual(tried.state.page, { at: "waiting", why: "elsewhere", seconds: null });
      assert.deepEqual(tried.do({ is: "tick" }, { is: "online" }).effects, []);
      tried.do({ is: "cast" });
      assert.ok(tried.effects.some((effect) => effect.do === "cast" && effect.replaces));
    }
  });

  test("who votes again, knowing of the first vote, replaces it", () => {
    const tried = booth()
      .start()
      .load({ me: { eligible: true, voted: true } })
      .choose();
    tried.do({ is: "sealed", sealing: tried.state.sealing, sealed: SEALED }, { is: "cast" });
    assert.deepEqual(tried.effects.at(-1), { ...CAST, replaces: true });
    tried.do({ is: "cast reply", reply: CUT }, { is: "online" });
    assert.deepEqual(tried.effects.at(-1), { ...CAST, replaces: true });
  });

  test("an internal fault may have counted the vote", () => {
    const tried = booth().toCasting().refuse("internal");
    assert.deepEqual(tried.state.page, { at: "waiting", why: "internal", seconds: null });
    assert.equal(tried.state.pending?.uncertain, true);
    assert.deepEqual(tried.do({ is: "tick" }).effects, []);
  });
});

describe("a session that ended", () => {
  test("while casting: after signing in the same bytes go out", () => {
    const tried = booth().toCasting().refuse("not_signed_in");
    assert.deepEqual(tried.done, ["ask public"]);
    tried.do({ is: "public", reply: ok(PUBLIC) });
    assert.ok(tried.state.page.at === "sign-in" && tried.state.page.reason === "waiting");
    tried.do({ is: "sign in", member: "100", password: "x" }, { is: "signed in", reply: ok("100") });
    assert.deepEqual(tried.effects, [{ do: "load", election: false }]);
    tried.load();
    assert.deepEqual(tried.effects.at(-1), { ...CAST, replaces: false });
  });

  test("somebody else who signs in sees nothing of the first member's", () => {
    const tried = booth()
      .toCasting()
      .refuse("not_signed_in")
      .do({ is: "public", reply: ok(PUBLIC) });
    tried.do({ is: "sign in", member: "200", password: "x" }, { is: "signed in", reply: ok("200") });
    tried.load({}, "200");
    const { code, sealed, pending, answers } = tried.state;
    assert.deepEqual([tried.at, code, sealed, pending, answers], ["ballot", null, null, null, [[], []]]);
    assert.deepEqual(tried.done, ["forget", "drop"]);
  });

  test("while a test is asked for: back to the same vote", () => {
    const tried = booth().toReview().do({ is: "test" }, { is: "confirm test" });
    tried.do({ is: "test reply", reply: no("not_signed_in") }, { is: "public", reply: CUT });
    tried.do({ is: "sign in", member: "100", password: "x" }, { is: "signed in", reply: ok("100") }).load();
    assert.equal(tried.at, "review");
    assert.equal(tried.state.sealed, SEALED);
  });
});

describe("closing in the meantime", () => {
  const closed = ok({ ...PUBLIC, state: "closed" as const });

  test("a vote that came too late and was never sent before", () => {
    const tried = booth().toCasting().refuse("not_open").do({ is: "public", reply: closed });
    assert.deepEqual(tried.state.page, { at: "closed", fate: "late", tracker: "tracker" });
    assert.deepEqual(tried.done, ["forget", "drop"]);
  });

  for (const [found, fate] of [
    ["counted", "counted"],
    ["replaced", "replaced"],
    ["not_found", "missing"],
  ] as const) {
    test(`a vote that may have arrived is looked for: ${fate}`, () => {
      const tried = booth()
        .toCasting()
        .do({ is: "cast reply", reply: CUT }, { is: "cast" })
        .refuse("not_open");
      tried.do({ is: "public", reply: closed });
      assert.deepEqual(tried.effects.at(-1), { do: "ask status", tracker: "tracker" });
      tried.do({ is: "status", reply: ok(found) });
      assert.deepEqual(tried.state.page, { at: "closed", fate, tracker: "tracker" });
      assert.deepEqual(tried.done, ["drop"]);
    });
  }

  test("as long as the record may still grow, a vote that is not on it is not given up", () => {
    const tried = booth().toCasting().do({ is: "cast reply", reply: CUT }, { is: "cast" }).refuse("not_open");
    tried.do({ is: "public", reply: ok(PUBLIC) }, { is: "status", reply: ok("not_found") });
    assert.deepEqual(tried.state.page, { at: "closed", fate: "unknown", tracker: "tracker" });
    assert.deepEqual(tried.done, []);
    assert.deepEqual(tried.do({ is: "retry" }).done, ["ask public"]);
    tried.do({ is: "public", reply: closed }, { is: "status", reply: ok("not_found") });
    assert.deepEqual(tried.state.page, { at: "closed", fate: "missing", tracker: "tracker" });
  });

  test("a kept vote is looked for without a session", () => {
    const tried = booth()
      .start({ signedIn: false, code: null, kept: KEPT })
      .do({ is: "public", reply: closed });
    assert.deepEqual(tried.effects.at(-1), { do: "ask status", tracker: "kept" });
    tried.do({ is: "status", reply: CUT });
    assert.ok(tried.state.page.at === "closed" && tried.state.page.fate === "unknown");
  });

  test("a page that was only kept open: nothing was sent", () => {
    const tried = booth().toCasting().refuse("not_open").do({ is: "public", reply: CUT });
    assert.ok(tried.state.page.at === "closed" && tried.state.page.fate === "late");
  });
});

describe("refusals", () => {
  for (const kind of ["not_your_code", "code_void"] as const) {
    test(`${kind}: another code is asked for and the choices stay`, () => {
      const tried = booth().toCasting().refuse(kind);
      assert.deepEqual(tried.state.page, { at: "code", problem: null });
      assert.deepEqual(tried.state.codeTrouble, { kind });
      assert.deepEqual([tried.state.code, tried.state.pending], [null, null]);
      assert.deepEqual(tried.done, ["drop", "forget"]);
      tried.do({ is: "code", parsed: { code: CODE }, byLink: false });
      assert.deepEqual(tried.effects, [{ do: "seal", sealing: 2, code: CODE, choices: [[0], [1, 2]] }]);
    });
  }

  test("a kept vote of somebody else is dropped", () => {
    const tried = booth().start({ code: null, kept: KEPT }).load().refuse("not_your_code");
    assert.deepEqual([tried.at, tried.state.pending, tried.done], ["ballot", null, ["drop", "forget"]]);
  });

  test("too soon: waits, and casts only when told to", () => {
    const tried = booth()
      .toCasting()
      .refuse("too_many_votes", 2)
      .do({ is: "tick" }, { is: "tick" }, { is: "tick" });
    assert.deepEqual(tried.state.page, { at: "waiting", why: "soon", seconds: 0 });
    assert.deepEqual(tried.effects, []);
    assert.deepEqual(tried.do({ is: "cast" }).done, ["keep", "cast"]);
  });

  test("too soon: the earlier vote may stay", () => {
    const tried = booth().toCasting().refuse("too_many_votes", 50).do({ is: "discard" });
    assert.deepEqual([tried.at, tried.done], ["ballot", ["drop", "forget"]]);
    assert.equal(tried.state.info?.me.voted, true);
  });

  for (const [code, why] of [
    ["too_many_votes", "too_often"],
    ["bad_vote", "bad_vote"],
    ["malformed", "bad_vote"],
    ["vote_tested", "vote_tested"],
    ["already_replaced", "already_replaced"],
    ["cross_site", "other"],
    ["<b>odd</b>", "other"],
  ] as const) {
    test(`${code}: the vote is dropped, and the page says why`, () => {
      const tried = booth().toCasting().refuse(code);
      assert.deepEqual(tried.state.page, { at: "refused", why, code });
      assert.deepEqual(
        [tried.state.sealed, tried.state.pending, tried.done],
        [null, null, ["drop", "forget"]],
      );
    });
  }

  test("what cannot be taken now is kept for another try", () => {
    for (const [code, why] of [
      ["storage", "storage"],
      ["clock_went_backwards", "clock"],
    ] as const) {
      const tried = booth().toCasting().refuse(code, 30);
      assert.deepEqual(tried.state.page, { at: "waiting", why, seconds: null });
      assert.deepEqual(tried.do({ is: "cast" }).done, ["keep", "cast"]);
    }
  });

  test("a vote that the server could not read: everything is fetched anew", () => {
    const tried = booth().toCasting().refuse("bad_vote").do({ is: "again" });
    assert.deepEqual(tried.effects, [{ do: "forget" }, { do: "load", election: true }]);
  });

  test("a vote that could not be sealed can be sealed again", () => {
    const tried = booth().start().load().choose().do({ is: "sealed", sealing: 1, sealed: null });
    assert.equal(tried.at, "refused");
    assert.deepEqual(tried.do({ is: "again" }).done, ["seal"]);
  });
});

describe("testing a vote", () => {
  const asked = () => booth().toReview().do({ is: "test" }, { is: "confirm test" });

  test("the server is told first, and only then is anything revealed", () => {
    const tried = asked();
    assert.deepEqual(tried.effects, [{ do: "tell test", tracker: "tracker" }]);
    tried.do({ is: "test reply", reply: ok(null) });
    assert.deepEqual(tried.effects, [{ do: "reveal", tracker: "tracker" }]);
    assert.equal(tried.state.sealed, null);
    tried.do({ is: "revealed", file: "{}" });
    assert.deepEqual(tried.effects, [{ do: "save test", tracker: "tracker", file: "{}" }]);
  });

  test("what was revealed can no longer be cast", () => {
    const tried = asked().do({ is: "test reply", reply: ok(null) }, { is: "cast" });
    assert.deepEqual(tried.effects, []);
    assert.equal(placeOf(tried.do({ is: "visit", place: "review" }).state.page), "question 1");
    tried.do({ is: "next" });
    assert.deepEqual(tried.done, ["seal"]);
  });

  test("the same choices are sealed anew", () => {
    const tried = asked().do(
      { is: "test reply", reply: ok(null) },
      { is: "revealed", file: "{}" },
      { is: "again" },
    );
    assert.deepEqual(tried.effects, [{ do: "seal", sealing: 2, code: CODE, choices: [[0], [1, 2]] }]);
  });

  test("refused or unanswered, nothing is revealed", () => {
    for (const [reply, error] of [
      [CUT, "cut"],
      [no("conflict"), "limit"],
      [no("internal"), "other"],
    ] as const) {
      const tried = asked().do({ is: "test reply", reply });
      assert.deepEqual(tried.effects, []);
      assert.deepEqual(tried.state.page, { at: "test", busy: false, error });
      assert.equal(tried.state.sealed, SEALED);
    }
  });

  test("Back does nothing while the server is being told", () => {
    assert.equal(asked().do({ is: "visit", place: "review" }).at, "test");
  });
});

describe("Back and Forward", () => {
  test("lead from step to step and keep the choices", () => {
    const tried = booth().toReview();
    for (const place of ["question 1", "question 0", "ballot", "question 1", "review"] as const) {
      assert.equal(placeOf(tried.do({ is: "visit", place }).state.page), place);
    }
    assert.deepEqual(tried.state.answers, [[0], [1, 2]]);
    assert.equal(tried.state.sealed, SEALED);
  });

  test("lead nowhere that has not been reached", () => {
    const tried = booth().start().load();
    for (const place of ["review", "test", "question 1", "question 99", "question x"] as const) {
      assert.equal(placeOf(tried.do({ is: "visit", place } as Event).state.page), "question 0");
    }
    assert.equal(booth().start({ code: null }).load().do({ is: "visit", place: "question 1" }).at, "code");
  });

  test("a changed choice is sealed anew", () => {
    const tried = booth().toReview().do({ is: "visit", place: "question 0" }).pick(1);
    assert.equal(tried.state.sealed, null);
    assert.deepEqual(tried.done, ["forget"]);
    assert.deepEqual(tried.do({ is: "visit", place: "question 1" }, { is: "next" }).done, ["seal"]);
  });

  test("an unchanged choice is not", () => {
    const tried = booth().toReview().do({ is: "visit", place: "question 1" }, { is: "next" });
    assert.deepEqual([tried.at, tried.effects], ["review", []]);
  });

  test("out of the sealing: its result comes too late", () => {
    const tried = booth().start().load().choose().do({ is: "visit", place: "question 1" });
    tried.do({ is: "sealed", sealing: 1, sealed: SEALED });
    assert.deepEqual([tried.at, tried.state.sealed], ["question", null]);
    tried.do({ is: "next" }, { is: "sealed", sealing: 1, sealed: SEALED });
    assert.equal(tried.at, "sealing");
  });

  test("do not leave a vote that is on its way, nor the receipt, nor the sign-in", () => {
    const pages = [
      booth().toCasting(),
      booth().toCasting().do({ is: "cast reply", reply: CUT }),
      booth()
        .toCasting()
        .do({ is: "cast reply", reply: ok(RECEIPT) }),
      booth().toCasting().refuse("not_signed_in").do({ is: "public", reply: CUT }),
    ];
    for (const tried of pages) {
      const { page } = tried.state;
      for (const place of ["ballot", "question 0", "review"] as const) {
        assert.equal(tried.do({ is: "visit", place }).state.page, page);
      }
    }
  });

  test("the link on the page leads where Back does", () => {
    const tried = booth().toReview().do({ is: "test" });
    for (const place of ["review", "question 1", "question 0", "ballot", null]) {
      assert.equal(before(tried.state), place);
      if (place) {
        tried.do({ is: "visit", place } as Event);
      }
    }
  });
});

describe("other windows and links", () => {
  test("a vote cast elsewhere is told on the page", () => {
    const tried = booth().toReview().do({ is: "elsewhere", tracker: "other" });
    assert.equal(tried.at, "review");
    assert.deepEqual([tried.state.elsewhere, tried.state.info?.me.voted], [true, true]);
  });

  test("a waiting vote does not replace it by itself", () => {
    const tried = booth()
      .toCasting()
      .do({ is: "cast reply", reply: CUT }, { is: "elsewhere", tracker: "other" });
    assert.deepEqual(tried.state.page, { at: "waiting", why: "elsewhere", seconds: null });
    assert.deepEqual(tried.do({ is: "tick" }, { is: "online" }).effects, []);
    assert.deepEqual(tried.do({ is: "discard" }).done, ["drop", "forget"]);
  });

  test("nor does one whose answer is lost afterwards", () => {
    const tried = booth()
      .toCasting()
      .do({ is: "elsewhere", tracker: "other" }, { is: "cast reply", reply: CUT });
    assert.deepEqual(tried.state.page, { at: "waiting", why: "elsewhere", seconds: null });
    assert.deepEqual(tried.do({ is: "cast" }).done, ["keep", "cast"]);
  });

  test("the same vote elsewhere is no other", () => {
    const tried = booth()
      .toCasting()
      .do({ is: "cast reply", reply: CUT }, { is: "elsewhere", tracker: "tracker" });
    assert.ok(tried.state.page.at === "waiting" && tried.state.page.why === "cut");
  });

  test("a link opened in this window brings its code, but not while a vote is on its way", () => {
    const other = new VotingCode(new Uint8Array(16));
    const link: Event = { is: "code", parsed: { code: other }, byLink: true };
    const tried = booth().toReview().do(link);
    assert.deepEqual([tried.at, tried.state.code, tried.state.sealed], ["ballot", other, null]);
    assert.equal(booth().toCasting().do(link).state.code, CODE);
  });

  test("new sentences change no step", () => {
    const tried = booth().toReview();
    tried.do({ is: "reworded", info: { ...INFO, who: "Todos" } });
    assert.deepEqual([tried.at, tried.state.info?.who], ["review", "Todos"]);
    tried.do({ is: "reworded", info: { ...INFO, election: "other" } });
    assert.equal(tried.state.info?.election, INFO.election);
  });
});

test("whatever comes in whatever order, no vote goes out that was not sealed and cast, and none twice at a time", () => {
  let seed = 1;
  const below = (n: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  const places = ["ballot", "code", "review", "test", "receipt", "question 0", "question 1"] as const;
  const replies = [
    CUT,
    ok(RECEIPT),
    ...["not_signed_in", "not_open", "busy", "not_your_code", "bad_vote", "vote_tested", "internal"].map(
      (c) => no(c),
    ),
    no("too_many_votes", 3),
  ];
  const some: (() => Event)[] = [
    () => ({ is: "begin" }),
    () => ({ is: "next" }),
    () => ({ is: "cast" }),
    () => ({ is: "test" }),
    () => ({ is: "confirm test" }),
    () => ({ is: "again" }),
    () => ({ is: "tick" }),
    () => ({ is: "online" }),
    () => ({ is: "retry" }),
    () => ({ is: "discard" }),
    () => ({ is: "pick", answer: below(4), on: below(3) > 0 }),
    () => ({ is: "pick", answer: "blank", on: true }),
    () => ({ is: "visit", place: places[below(places.length)] ?? "ballot" }),
    () => ({ is: "code", parsed: { code: CODE }, byLink: below(2) === 0 }),
    () => ({ is: "sealed", sealing: tried.state.sealing, sealed: below(5) > 0 ? SEALED : null }),
    () => ({ is: "cast reply", reply: replies[below(replies.length)] ?? CUT }),
    () => ({ is: "test reply", reply: below(2) === 0 ? ok(null) : CUT }),
    () => ({ is: "revealed", file: below(2) === 0 ? "{}" : null }),
    () => ({ is: "public", reply: below(3) === 0 ? CUT : ok(PUBLIC) }),
    () => ({ is: "status", reply: ok("not_found") }),
    () => ({ is: "sign in", member: "100", password: "x" }),
    () => ({ is: "signed in", reply: ok("100") }),
    () => ({ is: "elsewhere", tracker: "other" }),
    () => ({ is: "loaded", reply: ok({ info: INFO, member: "100", election: new Uint8Array() }) }),
    () => ({ is: "prepared", election: ELECTION }),
  ];
  let tried = booth();
  const reached = new Set<string>();
  for (let round = 0; round < 300; round++) {
    tried = round % 2 === 0 ? booth().start() : booth().toReview();
    let revealed = false;
    for (let i = 0; i < 200; i++) {
      const old = tried.state;
      const event = (some[below(some.length)] as () => Event)();
      tried.do(event);
      const { page, pending, answers, election, sealed } = tried.state;
      reached.add(page.at);
      for (const effect of tried.effects) {
        if (effect.do === "cast") {
          assert.notEqual(old.page.at, "casting", "one is on its way already");
          assert.equal(effect.vote, SEALED.vote);
          assert.ok(!revealed, "a vote that was revealed goes out");
        }
        if (effect.do === "reveal") {
          revealed = true;
        }
        if (effect.do === "seal") {
          // Sealed anew: another vote.
          revealed = false;
          election?.questions.forEach(({ min, max }, n) => {
            const choice = effect.choices[n];
            assert.ok(choice === "blank" || (choice && choice.length >= min && choice.length <= max));
          });
        }
      }
      assert.ok(page.at !== "casting" || pending !== null);
      assert.ok(page.at !== "review" || sealed !== null);
      assert.ok(page.at !== "question" || answers[page.number] !== undefined);
    }
  }
  for (const at of ["review", "tested", "casting", "waiting", "closed", "receipt", "refused", "sign-in"]) {
    assert.ok(reached.has(at), `${at} was never reached`);
  }
});
