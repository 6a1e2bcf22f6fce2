// The booth as a machine: what happened, and so what is shown and done. It is pure, so that Back, reloads, cut
// connections and expired sessions are decided here and tested without a browser. What happens from "cast" on is in
// casting.ts.

import * as casting from "./casting.js";
import { blankAnswers, isAnswered, picked } from "./choices.js";
import type {
  BoothInfo,
  Effect,
  ElectionView,
  Event,
  Loaded,
  Page,
  Place,
  Reply,
  State,
  Step,
  StopReason,
} from "./types.js";

/** Before anything is known. */
export const initial: State = {
  page: { at: "loading" },
  info: null,
  election: null,
  known: null,
  member: null,
  code: null,
  codeTrouble: null,
  answers: [],
  sealed: null,
  sealing: 0,
  pending: null,
  elsewhere: false,
  ended: false,
};

export function stay(state: State, ...effects: Effect[]): Step {
  return { state, effects };
}

export function show(state: State, page: Page, ...effects: Effect[]): Step {
  return { state: { ...state, page }, effects };
}

/** Nothing of what the member typed, chose or sealed is left. */
export function wiped(state: State): State {
  const answers = state.election ? blankAnswers(state.election) : [];
  return { ...state, code: null, codeTrouble: null, answers, sealed: null, pending: null };
}

/** What follows an event. Events that do not fit the page change nothing: they come late, or twice. */
export function update(state: State, event: Event): Step {
  switch (event.is) {
    case "start":
      return start(state, event);
    case "retry":
      return retry(state);
    case "sign in":
      return signIn(state, event.member, event.password);
    case "signed in":
      return signedIn(state, event.reply);
    case "loaded":
      return loaded(state, event.reply);
    case "prepared":
      return prepared(state, event.election);
    case "reworded":
      return reworded(state, event.info);
    case "public":
      return casting.publicReply(state, event.reply);
    case "begin":
      return state.page.at === "ballot" ? goTo(state, state.code ? "question 0" : "code") : stay(state);
    case "code":
      return code(state, event);
    case "pick":
      return pick(state, event.answer, event.on);
    case "next":
      return next(state);
    case "visit":
      return visit(state, event.place);
    case "sealed":
      return sealed(state, event);
    case "test":
      return state.page.at === "review" ? goTo(state, "test") : stay(state);
    case "again":
      return again(state);
    case "elsewhere":
      return casting.elsewhere(state, event.tracker);
    case "tick":
      return tick(state);
    case "online":
      return state.page.at === "unreachable" ? retry(state) : casting.online(state);
    default:
      return casting.update(state, event);
  }
}

function start(state: State, event: Extract<Event, { is: "start" }>): Step {
  let begun = event.code ? withCode(state, event.code, true) : state;
  if (event.kept) {
    begun = {
      ...begun,
      pending: { ...event.kept, eighths: null, uncertain: true, tries: 0, resumed: true, replaces: false },
    };
  }
  if (event.signedIn) {
    return show(begun, { at: "loading" }, { do: "load", election: true });
  }
  // With a vote that waits, the ballot may have closed meanwhile: then there is no need to sign in.
  return event.kept ? show(begun, { at: "loading" }, { do: "ask public" }) : show(begun, signInPage(begun));
}

function retry(state: State): Step {
  if (state.page.at === "closed") {
    return casting.askAgain(state);
  }
  return state.page.at === "unreachable" || state.page.at === "stopped"
    ? show(state, { at: "loading" }, { do: "load", election: state.election === null })
    : stay(state);
}

/** The sign-in form, and why it is there. */
export function signInPage(state: State): Page {
  const reason = state.pending ? "waiting" : state.member ? "ended" : "first";
  return { at: "sign-in", reason, busy: false, error: null, seconds: null };
}

function signIn(state: State, member: string, password: string): Step {
  if (state.page.at !== "sign-in" || state.page.busy) {
    return stay(state);
  }
  const [noMember, noPassword] = [member.trim() === "", password === ""];
  if (noMember || noPassword) {
    const error = noMember && noPassword ? "both" : noMember ? "member" : "password";
    return show(state, { ...state.page, error });
  }
  const page: Page = { ...state.page, busy: true, error: null, seconds: null };
  return show(state, page, { do: "sign in", member: member.trim(), password });
}

function signedIn(state: State, reply: Reply<string>): Step {
  if (state.page.at !== "sign-in") {
    return stay(state);
  }
  if (reply.kind === "ok") {
    return show(state, { at: "loading" }, { do: "load", election: state.election === null });
  }
  const failed = { ...state.page, busy: false };
  if (reply.kind === "cut") {
    return show(state, { ...failed, error: "cut" });
  }
  const { code, wait } = reply.no;
  switch (code) {
    case "wrong_credentials":
      return show(state, { ...failed, error: "wrong" });
    case "too_many_attempts":
      return show(state, { ...failed, error: "attempts", seconds: wait });
    case "sign_ins_busy":
    case "busy":
      return show(state, { ...failed, error: "busy", seconds: wait });
    default:
      return show(state, { ...failed, error: "other" });
  }
}

function loaded(state: State, reply: Reply<Loaded>): Step {
  if (state.page.at !== "loading") {
    return stay(state);
  }
  if (reply.kind === "cut") {
    return show(state, { at: "unreachable", why: "cut" });
  }
  if (reply.kind === "no") {
    switch (reply.no.code) {
      case "not_signed_in":
        return stay(state, { do: "ask public" });
      case "busy":
      case "storage":
      case "internal":
      case "clock_went_backwards":
        return show(state, { at: "unreachable", why: "busy" });
      case "not_found":
      case "forbidden":
        return stopped(state, "not-found");
      default:
        return stopped(state, "fault");
    }
  }
  const { info, member, election } = reply.value;
  const effects: Effect[] = [];
  let now = state;
  if (state.member !== null && state.member !== member) {
    // Somebody else has signed in: what is there belongs to the first.
    now = wiped(state);
    effects.push({ do: "forget" }, { do: "drop" });
  }
  now = { ...now, info, member, known: null, ended: false };
  switch (info.state) {
    case "open":
      break;
    case "draft":
    case "frozen":
      return then(stopped(now, "not-open"), effects);
    case "cancelled":
      return then(stopped(now, "cancelled"), effects);
    default:
      return then(casting.closed(now), effects);
  }
  if (!info.me.eligible) {
    return then(stopped(now, "not-eligible"), effects);
  }
  if (now.election?.fingerprint === info.fingerprint) {
    return then(ready(now), effects);
  }
  return election
    ? then(show(now, { at: "loading" }, { do: "prepare", bytes: election }), effects)
    : then(show(now, { at: "unreachable", why: "cut" }), effects);
}

function then(step: Step, before: readonly Effect[]): Step {
  return { state: step.state, effects: [...before, ...step.effects] };
}

/** The booth can go no further; the page says why and whom to ask. */
export function stopped(state: State, why: StopReason): Step {
  if (why === "not-eligible" || why === "cancelled" || why === "not-open") {
    return show(wiped(state), { at: "stopped", why }, { do: "forget" }, { do: "drop" });
  }
  // A vote that waits may still be sent, once the cause is gone.
  return show({ ...wiped(state), pending: state.pending }, { at: "stopped", why }, { do: "forget" });
}

function prepared(state: State, election: State["election"]): Step {
  if (state.page.at !== "loading" || !state.info) {
    return stay(state);
  }
  if (!election) {
    return stopped(state, "unsupported");
  }
  return ready({ ...state, election, answers: blankAnswers(election), sealed: null });
}

/** What the name of a practice ballot's election begins with. */
const PRACTICE = "PRACTICE: ";

/**
 * Whether the ballot that is shown is the one that votes are sealed for: what the server says of it apart must be what
 * stands in the election too, which the vote is bound to and which is on the record.
 */
function fits(election: ElectionView, info: BoothInfo): boolean {
  return (
    election.uuid === info.election &&
    election.fingerprint === info.fingerprint &&
    election.questions.length === info.questions.length &&
    election.name === (info.practice ? PRACTICE : "") + info.title &&
    election.description === (info.description ?? "") &&
    (election.line === null || election.line.ballot === info.id)
  );
}

/** The same in another language. */
function reworded(state: State, info: BoothInfo): Step {
  const same = state.election ? fits(state.election, info) : state.info?.election === info.election;
  return stay(same ? { ...state, info } : state);
}

/** Everything is there: a vote that waits goes out, and otherwise the member goes on, or begins. */
function ready(state: State): Step {
  if (!state.election || !state.info || !fits(state.election, state.info)) {
    return stopped(state, "mismatch");
  }
  if (state.pending) {
    return casting.send(state);
  }
  const answers = state.answers.length > 0 ? state.answers : blankAnswers(state.election);
  return show({ ...state, answers }, state.sealed ? { at: "review" } : { at: "ballot" });
}

function withCode(state: State, parsed: Extract<Event, { is: "code" }>["parsed"], byLink: boolean): State {
  if ("code" in parsed) {
    return { ...state, code: parsed.code, codeTrouble: null, sealed: null };
  }
  return byLink ? { ...state, codeTrouble: { kind: "link", problem: parsed } } : state;
}

function code(state: State, { parsed, byLink }: Extract<Event, { is: "code" }>): Step {
  if (byLink) {
    // A link was opened in this very window: it changes the code, unless a vote is on its way already.
    const open: Page["at"][] = [
      "loading",
      "unreachable",
      "sign-in",
      "ballot",
      "code",
      "question",
      "sealing",
      "review",
    ];
    if (!open.includes(state.page.at) || state.pending) {
      return stay(state);
    }
    const taken = withCode(state, parsed, true);
    const effects: Effect[] = taken.sealed !== state.sealed ? [{ do: "forget" }] : [];
    const started: Page["at"][] = ["code", "question", "sealing", "review"];
    return started.includes(state.page.at)
      ? show(taken, { at: "ballot" }, ...effects)
      : stay(taken, ...effects);
  }
  if (state.page.at !== "code") {
    return stay(state);
  }
  if (!("code" in parsed)) {
    // An empty field leaves the code that was typed, or came, before.
    return parsed.problem === "empty" && state.code
      ? onward(state)
      : show(state, { at: "code", problem: parsed });
  }
  return onward(withCode(state, parsed, false));
}

function pick(state: State, answer: number | "blank", on: boolean): Step {
  const { page, election } = state;
  const question = page.at === "question" ? election?.questions[page.number] : undefined;
  const before = page.at === "question" ? state.answers[page.number] : undefined;
  if (page.at !== "question" || !question || before === undefined) {
    return stay(state);
  }
  const after = picked(question, before, answer, on);
  if (after === "full") {
    return show(state, { ...page, full: true, few: false });
  }
  const answers = state.answers.map((given, i) => (i === page.number ? after : given));
  const effects: Effect[] = state.sealed ? [{ do: "forget" }] : [];
  return show({ ...state, answers, sealed: null }, { ...page, full: false, few: false }, ...effects);
}

function next(state: State): Step {
  const { page, election } = state;
  const question = page.at === "question" ? election?.questions[page.number] : undefined;
  if (page.at !== "question" || !question) {
    return stay(state);
  }
  if (!isAnswered(question, state.answers[page.number])) {
    return show(state, { ...page, few: true, full: false });
  }
  const following = page.number + 1;
  return following < (election?.questions.length ?? 0) ? goTo(state, `question ${following}`) : seal(state);
}

/** After the code: to the first question that has no answer yet, or to the sealing where all have one. */
function onward(state: State): Step {
  const open = firstOpen(state);
  // Nothing chosen yet: a question that may stay without an answer is asked all the same.
  const untouched = state.answers.every((answer) => answer !== "blank" && answer.length === 0);
  return open === null && !untouched ? seal(state) : goTo(state, `question ${untouched ? 0 : (open ?? 0)}`);
}

function firstOpen({ election, answers }: State): number | null {
  const open = election?.questions.findIndex((question, i) => !isAnswered(question, answers[i])) ?? 0;
  return open < 0 ? null : open;
}

function seal(state: State): Step {
  if (state.sealed) {
    return show(state, { at: "review" });
  }
  if (!state.code) {
    return show(state, { at: "code", problem: null });
  }
  const sealing = state.sealing + 1;
  const effect: Effect = { do: "seal", sealing, code: state.code, choices: state.answers };
  return show({ ...state, sealing }, { at: "sealing" }, effect);
}

function sealed(state: State, event: Extract<Event, { is: "sealed" }>): Step {
  if (state.page.at !== "sealing" || event.sealing !== state.sealing) {
    return stay(state);
  }
  return event.sealed
    ? show({ ...state, sealed: event.sealed }, { at: "review" })
    : show(state, { at: "refused", why: "sealing", code: "" });
}

/** Seals the same choices once more, or begins again where that cannot be. */
function again(state: State): Step {
  switch (state.page.at) {
    case "tested":
    case "refused": {
      const taken = state.page.at === "refused" && state.page.why === "bad_vote";
      if (taken) {
        // The ballot may have changed its form under this page.
        const fresh = { ...state, election: null, sealed: null };
        return show(fresh, { at: "loading" }, { do: "forget" }, { do: "load", election: true });
      }
      return state.code && firstOpen(state) === null ? seal(state) : show(state, { at: "ballot" });
    }
    default:
      return stay(state);
  }
}

/** Back and Forward, and the links that do the same. */
function visit(state: State, place: Place): Step {
  const stuck: Page["at"][] = [
    "loading",
    "unreachable",
    "sign-in",
    "stopped",
    "casting",
    "waiting",
    "closed",
    "receipt",
  ];
  if (stuck.includes(state.page.at) || (state.page.at === "test" && state.page.busy)) {
    return stay(state);
  }
  return goTo(state, place);
}

/** Goes to a place, or to the nearest one before it that can be shown. */
function goTo(state: State, place: Place): Step {
  if (place === "ballot" || place === "receipt" || !state.election) {
    return show(state, { at: "ballot" });
  }
  if (place === "code") {
    return show(state, { at: "code", problem: null });
  }
  if (!state.code) {
    return show(state, { at: "code", problem: null });
  }
  if (place === "review" || place === "test") {
    if (!state.sealed) {
      return goTo(state, `question ${state.election.questions.length - 1}`);
    }
    return place === "review"
      ? show(state, { at: "review" })
      : show(state, { at: "test", busy: false, error: null });
  }
  const wanted = Number(place.slice("question ".length));
  const most = firstOpen(state) ?? state.election.questions.length - 1;
  const number = Math.max(0, Math.min(Number.isSafeInteger(wanted) ? wanted : 0, most));
  return show(state, { at: "question", number, few: false, full: false });
}

/** The place that the page is, for the history; none for what only passes by. */
export function placeOf(page: Page): Place | null {
  switch (page.at) {
    case "ballot":
    case "code":
    case "review":
    case "test":
    case "receipt":
      return page.at;
    case "question":
      return `question ${page.number}`;
    default:
      return null;
  }
}

/** The place that "back" on the page leads to. */
export function before(state: State): Place | null {
  const { page } = state;
  switch (page.at) {
    case "code":
      return "ballot";
    case "question":
      return page.number > 0 ? `question ${page.number - 1}` : "ballot";
    case "review":
      return `question ${(state.election?.questions.length ?? 1) - 1}`;
    case "test":
      return "review";
    default:
      return null;
  }
}

function tick(state: State): Step {
  const { page } = state;
  if (page.at === "sign-in" && page.seconds !== null) {
    const seconds = page.seconds - 1;
    return show(state, seconds > 0 ? { ...page, seconds } : { ...page, seconds: null, error: null });
  }
  return casting.tick(state);
}
