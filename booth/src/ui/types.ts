// What the booth's pages know, show and do. No page, no network: plain data.

import type { VotingCode } from "../seal/code.js";
import type { Choice, ElectionView, QuestionView, Sealed } from "../seal/sealer.js";

export type { Choice, ElectionView, QuestionView, Sealed, VotingCode };

/** What is wrong with a voting code as typed; `at` is the place of the wrong letter. */
export interface CodeProblem {
  readonly problem: "empty" | "length" | "letter" | "check";
  readonly at?: number;
}

/** `GET /api/v1/ballots/{id}/booth`: sentences in the reader's language. */
export interface BoothInfo {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly state: BallotState;
  readonly practice: boolean;
  readonly contact: string;
  readonly closes: { readonly seconds: number; readonly local: string } | null;
  readonly time_zone: string;
  readonly election: string;
  readonly fingerprint: string;
  readonly questions: readonly { readonly rule: readonly string[] }[];
  readonly who: string;
  readonly setting: readonly string[];
  readonly me: { readonly eligible: boolean; readonly voted: boolean };
  readonly record_step: number;
}

export type BallotState = "draft" | "frozen" | "open" | "closed" | "tallied" | "certified" | "cancelled";

/** What anyone may know of a ballot: asked for when a session has ended. */
export interface PublicBallot {
  readonly title: string;
  readonly state: BallotState;
  readonly closes: number | null;
  readonly time_zone: string;
  readonly contact: string;
}

/** The server's receipt, exactly its fields in its order. */
export interface Receipt {
  readonly tracker: string;
  readonly election: string;
  readonly height: number;
  readonly event: string;
  readonly signature: string;
}

/** A refusal: the stable code of a problem document, and seconds to wait where it names them. */
export interface Refusal {
  readonly code: string;
  readonly wait: number | null;
}

/** How a request ended. `cut`: no answer, or none that can be read; the server may have acted or not. */
export type Reply<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "no"; readonly no: Refusal }
  | { readonly kind: "cut" };

/** What is fetched when the booth starts, and after every sign-in. */
export interface Loaded {
  readonly info: BoothInfo;
  readonly member: string;
  /** The election object's bytes, unless the booth has them already or cannot use them. */
  readonly election: Uint8Array | null;
}

/** A sealed vote that was sent, or is about to be, and has no receipt yet. */
export interface Pending {
  readonly vote: string;
  readonly tracker: string;
  /** What makes it cheaper for the server to check it. Not kept over a reload, for it is not needed. */
  readonly eighths: string | null;
  /** A request may have reached the server: only a receipt, or the record, tells. */
  readonly uncertain: boolean;
  /** Tries that got no answer since the last answer. */
  readonly tries: number;
  /** It was found after a reload. */
  readonly resumed: boolean;
  /** The member knows of another vote of theirs that it takes the place of. Without that it never takes the place of one. */
  readonly replaces: boolean;
}

/** A step that Back and Forward can name. Nothing else stands in the history. */
export type Place = "ballot" | "code" | "review" | "test" | "receipt" | `question ${number}`;

export type SignInError = "member" | "password" | "both" | "wrong" | "attempts" | "busy" | "cut" | "other";

export type WaitReason = "cut" | "busy" | "soon" | "storage" | "clock" | "internal" | "elsewhere";

export type StopReason =
  | "not-found"
  | "not-open"
  | "not-eligible"
  | "cancelled"
  | "unsupported"
  | "mismatch"
  | "fault";

export type Refused =
  | "bad_vote"
  | "vote_tested"
  | "already_replaced"
  | "too_often"
  | "sealing"
  | "lost"
  | "other";

/** What became of a vote that had no receipt when voting ended. */
export type Fate = "none" | "late" | "asking" | "counted" | "replaced" | "missing" | "unknown";

/** What the page shows. */
export type Page =
  | { readonly at: "loading" }
  | { readonly at: "unreachable"; readonly why: "cut" | "busy" }
  | {
      readonly at: "sign-in";
      readonly reason: "first" | "ended" | "waiting";
      readonly busy: boolean;
      readonly error: SignInError | null;
      /** Seconds to wait before another try. */
      readonly seconds: number | null;
    }
  | { readonly at: "stopped"; readonly why: StopReason }
  | { readonly at: "ballot" }
  | { readonly at: "code"; readonly problem: CodeProblem | null }
  | {
      readonly at: "question";
      readonly number: number;
      readonly few: boolean;
      /** One more than may be chosen was tried. */
      readonly full: boolean;
    }
  | { readonly at: "sealing" }
  | { readonly at: "review" }
  | { readonly at: "test"; readonly busy: boolean; readonly error: "cut" | "limit" | "other" | null }
  | { readonly at: "tested"; readonly tracker: string; readonly file: string | null }
  | { readonly at: "casting" }
  | { readonly at: "waiting"; readonly why: WaitReason; readonly seconds: number | null }
  | { readonly at: "closed"; readonly fate: Fate; readonly tracker: string | null }
  | { readonly at: "refused"; readonly why: Refused; readonly code: string }
  | { readonly at: "receipt"; readonly receipt: Receipt; readonly genuine: boolean | null };

export interface State {
  readonly page: Page;
  readonly info: BoothInfo | null;
  readonly election: ElectionView | null;
  readonly known: PublicBallot | null;
  /** Who is signed in, as the server says; another member must never see the choices of the first. */
  readonly member: string | null;
  readonly code: VotingCode | null;
  /** How the code of a link was wrong, or how the server refused the last code. */
  readonly codeTrouble: CodeTrouble | null;
  readonly answers: readonly Choice[];
  readonly sealed: Sealed | null;
  /** Number of the latest sealing; the results of others come too late. */
  readonly sealing: number;
  readonly pending: Pending | null;
  /** A vote was cast in another window of this browser meanwhile. */
  readonly elsewhere: boolean;
  /** The server takes no more votes. */
  readonly ended: boolean;
}

export type CodeTrouble =
  | { readonly kind: "link"; readonly problem: CodeProblem }
  | { readonly kind: "not_your_code" }
  | { readonly kind: "code_void" };

export type ParsedCode = { readonly code: VotingCode } | CodeProblem;

/** What happens to the booth. */
export type Event =
  | {
      readonly is: "start";
      readonly signedIn: boolean;
      readonly code: ParsedCode | null;
      readonly kept: { readonly vote: string; readonly tracker: string } | null;
    }
  | { readonly is: "retry" }
  | { readonly is: "sign in"; readonly member: string; readonly password: string }
  | { readonly is: "signed in"; readonly reply: Reply<string> }
  | { readonly is: "loaded"; readonly reply: Reply<Loaded> }
  | { readonly is: "prepared"; readonly election: ElectionView | null }
  | { readonly is: "reworded"; readonly info: BoothInfo }
  | { readonly is: "public"; readonly reply: Reply<PublicBallot> }
  | { readonly is: "begin" }
  | { readonly is: "code"; readonly parsed: ParsedCode; readonly byLink: boolean }
  | { readonly is: "pick"; readonly answer: number | "blank"; readonly on: boolean }
  | { readonly is: "next" }
  | { readonly is: "visit"; readonly place: Place }
  | { readonly is: "sealed"; readonly sealing: number; readonly sealed: Sealed | null }
  | { readonly is: "cast" }
  | { readonly is: "discard" }
  | { readonly is: "cast reply"; readonly reply: Reply<Receipt> }
  | { readonly is: "checked"; readonly genuine: boolean }
  | { readonly is: "tick" }
  | { readonly is: "online" }
  | { readonly is: "status"; readonly reply: Reply<"counted" | "replaced" | "not_found"> }
  | { readonly is: "test" }
  | { readonly is: "confirm test" }
  | { readonly is: "test reply"; readonly reply: Reply<null> }
  | { readonly is: "revealed"; readonly file: string | null }
  | { readonly is: "again" }
  | { readonly is: "elsewhere"; readonly tracker: string };

/** What the booth has done for it. */
export type Effect =
  | { readonly do: "load"; readonly election: boolean }
  | { readonly do: "prepare"; readonly bytes: Uint8Array }
  | { readonly do: "sign in"; readonly member: string; readonly password: string }
  | { readonly do: "ask public" }
  | {
      readonly do: "seal";
      readonly sealing: number;
      readonly code: VotingCode;
      readonly choices: readonly Choice[];
    }
  | { readonly do: "forget" }
  | { readonly do: "keep"; readonly vote: string }
  | { readonly do: "drop" }
  | {
      readonly do: "cast";
      readonly vote: string;
      readonly eighths: string | null;
      readonly replaces: boolean;
    }
  | { readonly do: "check"; readonly receipt: Receipt; readonly tracker: string }
  | { readonly do: "ask status"; readonly tracker: string }
  | { readonly do: "tell test"; readonly tracker: string }
  | { readonly do: "reveal"; readonly tracker: string }
  | { readonly do: "save test"; readonly tracker: string; readonly file: string }
  | { readonly do: "tell others"; readonly tracker: string };

/** A new state and what is to be done. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}
