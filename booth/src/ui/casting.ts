// The machine from "cast" on: a sealed vote goes out and comes back as a receipt, is refused, or hangs in between. The
// same bytes are sent until the server has answered, so that a vote is never counted twice and never half.

import { show, signInPage, stay, stopped, wiped } from "./state.js";
import type {
  BallotState,
  Effect,
  Event,
  Fate,
  Pending,
  PublicBallot,
  Receipt,
  Refusal,
  Reply,
  State,
  Step,
  WaitReason,
} from "./types.js";

/** Seconds between tries that got no answer. */
const PAUSES = [2, 4, 8, 15, 30, 60];

export function update(state: State, event: Event): Step {
  switch (event.is) {
    case "cast":
      return cast(state);
    case "cast reply":
      return castReply(state, event.reply);
    case "discard":
      return discard(state);
    case "checked":
      return state.page.at === "receipt"
        ? show(state, { ...state.page, genuine: event.genuine })
        : stay(state);
    case "status":
      return status(state, event.reply);
    case "confirm test":
      return confirmTest(state);
    case "test reply":
      return testReply(state, event.reply);
    case "revealed":
      return revealed(state, event.file);
    default:
      return stay(state);
  }
}

function cast(state: State): Step {
  if (state.page.at === "waiting" && state.pending) {
    // Both say that another vote is there, whose place this one takes.
    const told = state.page.why === "elsewhere" || state.page.why === "soon";
    return send(told ? { ...state, pending: { ...state.pending, replaces: true } } : state);
  }
  if (state.page.at !== "review" || !state.sealed) {
    return stay(state);
  }
  const { vote, tracker, eighths } = state.sealed;
  const replaces = state.info?.me.voted ?? false;
  return send({
    ...state,
    pending: { vote, tracker, eighths, uncertain: false, tries: 0, resumed: false, replaces },
  });
}

/** Sends the pending vote, for the first time or again. */
export function send(state: State): Step {
  const { pending } = state;
  if (!pending) {
    return stay(state);
  }
  const sent: State = { ...state, elsewhere: false };
  return show(
    sent,
    { at: "casting" },
    { do: "keep", vote: pending.vote },
    { do: "cast", vote: pending.vote, eighths: pending.eighths, replaces: pending.replaces },
  );
}

function castReply(state: State, reply: Reply<Receipt>): Step {
  const { page, pending } = state;
  if (page.at !== "casting" || !pending) {
    return stay(state);
  }
  if (reply.kind === "ok") {
    const { tracker } = pending;
    return show(
      wiped(state),
      { at: "receipt", receipt: reply.value, genuine: null },
      { do: "drop" },
      { do: "forget" },
      { do: "check", receipt: reply.value, tracker },
      { do: "tell others", tracker },
    );
  }
  return reply.kind === "cut" ? cut(state, pending) : refusedCast(state, pending, reply.no);
}

function cut(state: State, pending: Pending): Step {
  const tries = pending.tries + 1;
  const now = { ...state, pending: { ...pending, uncertain: true, tries } };
  return state.elsewhere ? wait(now, "elsewhere", null) : wait(now, "cut", pause(tries));
}

function pause(tries: number): number {
  return PAUSES[Math.min(tries, PAUSES.length) - 1] ?? 60;
}

function wait(state: State, why: WaitReason, seconds: number | null): Step {
  return show(state, { at: "waiting", why, seconds });
}

/** The server has answered: it did not take the vote this time. */
function refusedCast(state: State, pending: Pending, { code, wait: seconds }: Refusal): Step {
  switch (code) {
    case "not_signed_in":
      return stay(state, { do: "ask public" });
    case "not_open":
      return stay({ ...state, ended: true }, { do: "ask public" });
    case "busy":
    case "too_slow": {
      const tries = pending.tries + 1;
      const now = { ...state, pending: { ...pending, tries } };
      return wait(now, "busy", Math.max(seconds ?? 0, pause(tries)));
    }
    case "too_many_votes":
      return seconds === null ? dropped(state, "too_often", code) : wait(state, "soon", seconds);
    case "storage":
      return wait(state, "storage", null);
    case "clock_went_backwards":
      return wait(state, "clock", null);
    case "internal":
      // The vote may stand although its receipt could not be made.
      return wait({ ...state, pending: { ...pending, uncertain: true } }, "internal", null);
    case "not_your_code":
    case "code_void":
      return otherCode(state, pending, code);
    case "forbidden":
      return stopped(state, "not-eligible");
    case "not_found":
      return stopped(state, "not-found");
    case "voted_already":
      // Cast elsewhere, perhaps while this page had no connection: the member says which of the two is meant.
      return wait({ ...state, pending: { ...pending, uncertain: false } }, "elsewhere", null);
    case "already_replaced":
      return dropped(state, "already_replaced", code);
    case "vote_tested":
      return dropped(state, "vote_tested", code);
    case "bad_vote":
    case "malformed":
      return dropped(state, "bad_vote", code);
    default:
      return dropped(state, "other", code);
  }
}

/** The code was not the member's: the choices stay, and another code is asked for. */
function otherCode(state: State, pending: Pending, kind: "not_your_code" | "code_void"): Step {
  const now: State = { ...state, code: null, codeTrouble: { kind }, sealed: null, pending: null };
  const effects: Effect[] = [{ do: "drop" }, { do: "forget" }];
  // A vote that waited from before a reload was perhaps another member's; its choices are not known here.
  return pending.resumed
    ? show(now, { at: "ballot" }, ...effects)
    : show(now, { at: "code", problem: null }, ...effects);
}

function dropped(
  state: State,
  why: "bad_vote" | "vote_tested" | "already_replaced" | "too_often" | "other",
  code: string,
): Step {
  const now: State = { ...state, sealed: null, pending: null };
  return show(now, { at: "refused", why, code }, { do: "drop" }, { do: "forget" });
}

/** The member keeps an earlier vote, or the one of another window: the waiting one is never sent. */
function discard(state: State): Step {
  const { page, pending } = state;
  if (page.at !== "waiting" || (page.why !== "soon" && page.why !== "elsewhere") || !pending) {
    return stay(state);
  }
  const info = state.info && { ...state.info, me: { ...state.info.me, voted: true } };
  return show({ ...wiped(state), info }, { at: "ballot" }, { do: "drop" }, { do: "forget" });
}

export function tick(state: State): Step {
  const { page } = state;
  if (page.at !== "waiting" || page.seconds === null || page.seconds === 0) {
    return stay(state);
  }
  const seconds = page.seconds - 1;
  return seconds === 0 && page.why !== "soon" ? send(state) : show(state, { ...page, seconds });
}

export function online(state: State): Step {
  return state.page.at === "waiting" && state.page.why === "cut" ? send(state) : stay(state);
}

/** A receipt came in another window of this browser. */
export function elsewhere(state: State, tracker: string): Step {
  const { page, pending } = state;
  if (pending?.tracker === tracker || page.at === "receipt" || page.at === "closed") {
    return stay(state);
  }
  const info = state.info && { ...state.info, me: { ...state.info.me, voted: true } };
  const now = { ...state, info, elsewhere: true };
  const automatic = page.at === "waiting" && (page.why === "cut" || page.why === "busy");
  return automatic ? wait(now, "elsewhere", null) : stay(now);
}

/** What anyone may know of the ballot: asked for when the session has ended, or voting has. */
export function publicReply(state: State, reply: Reply<PublicBallot>): Step {
  const { page } = state;
  const now = reply.kind === "ok" ? { ...state, known: reply.value } : state;
  if (page.at === "closed" && page.fate === "asking" && page.tracker !== null) {
    return stay(now, { do: "ask status", tracker: page.tracker });
  }
  if (page.at !== "loading" && page.at !== "casting") {
    return stay(state);
  }
  if (reply.kind === "ok" && reply.value.state === "cancelled") {
    return stopped(now, "cancelled");
  }
  if (now.ended || (reply.kind === "ok" && isFinal(reply.value.state))) {
    return closed(now);
  }
  if (page.at === "casting" && reply.kind === "cut" && state.pending) {
    return cut(state, state.pending);
  }
  return show(now, signInPage(now));
}

/** No vote can be added any more, so that the record tells everything. */
function isFinal(state: BallotState | undefined): boolean {
  return state === "closed" || state === "tallied" || state === "certified";
}

/** Voting has ended. A vote without a receipt is looked for on the record. */
export function closed(state: State): Step {
  const { pending } = state;
  const tracker = pending?.tracker ?? null;
  const fate: Fate = !pending ? "none" : pending.uncertain ? "asking" : "late";
  // What was only chosen, and never cast, is gone with the end of voting.
  const now: State = { ...wiped(state), pending: fate === "asking" ? pending : null };
  const effects: Effect[] = [{ do: "forget" }];
  if (fate === "late") {
    effects.push({ do: "drop" });
  }
  if (tracker !== null && fate === "asking") {
    effects.push({ do: "ask status", tracker });
  }
  return show(now, { at: "closed", fate, tracker }, ...effects);
}

export function askAgain(state: State): Step {
  const { page } = state;
  return page.at === "closed" && page.fate === "unknown"
    ? show(state, { ...page, fate: "asking" }, { do: "ask public" })
    : stay(state);
}

function status(state: State, reply: Reply<"counted" | "replaced" | "not_found">): Step {
  const { page } = state;
  if (page.at !== "closed" || page.fate !== "asking") {
    return stay(state);
  }
  const final = isFinal((state.known ?? state.info)?.state);
  if (reply.kind !== "ok" || (reply.value === "not_found" && !final)) {
    return show(state, { ...page, fate: "unknown" });
  }
  const fate: Fate = reply.value === "not_found" ? "missing" : reply.value;
  return show({ ...state, pending: null }, { ...page, fate }, { do: "drop" });
}

function confirmTest(state: State): Step {
  return state.page.at === "test" && state.sealed && !state.page.busy
    ? show(
        state,
        { ...state.page, busy: true, error: null },
        { do: "tell test", tracker: state.sealed.tracker },
      )
    : stay(state);
}

/** Only after the server has promised to refuse this vote for ever is anything revealed. */
function testReply(state: State, reply: Reply<null>): Step {
  const { page, sealed } = state;
  if (page.at !== "test" || !page.busy || !sealed) {
    return stay(state);
  }
  const failed = { ...page, busy: false };
  if (reply.kind === "cut") {
    return show(state, { ...failed, error: "cut" });
  }
  if (reply.kind === "ok") {
    const { tracker } = sealed;
    return show({ ...state, sealed: null }, { at: "tested", tracker, file: null }, { do: "reveal", tracker });
  }
  switch (reply.no.code) {
    case "not_signed_in":
      return show(state, { at: "loading" }, { do: "ask public" });
    case "not_open":
      return show({ ...state, ended: true }, { at: "loading" }, { do: "ask public" });
    case "forbidden":
      return stopped(state, "not-eligible");
    case "conflict":
    case "too_many_votes":
    case "too_many_tests":
      return show(state, { ...failed, error: "limit" });
    default:
      return show(state, { ...failed, error: "other" });
  }
}

function revealed(state: State, file: string | null): Step {
  const { page } = state;
  if (page.at !== "tested") {
    return stay(state);
  }
  return file === null
    ? show(state, { at: "refused", why: "lost", code: "" }, { do: "forget" })
    : show(state, { ...page, file }, { do: "save test", tracker: page.tracker, file });
}
