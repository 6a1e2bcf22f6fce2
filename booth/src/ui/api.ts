// What the booth asks of the server. Every answer is looked at before it is believed: half a document is no document.

import type { BoothInfo, Loaded, PublicBallot, Receipt, Reply } from "./types.js";

/** A request without an answer is given up after this many milliseconds. */
const PATIENCE = 30_000;

type Read<T> = (response: Response) => Promise<T | null>;

async function ask<T>(path: string, init: RequestInit, read: Read<T>): Promise<Reply<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch(`/api/v1${path}`, {
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: abort.signal,
      ...init,
    });
    if (response.ok) {
      const value = await read(response);
      return value === null ? { kind: "cut" } : { kind: "ok", value };
    }
    const problem = object(await response.json());
    const code = problem?.["code"];
    // A refusal without a code is not our server's.
    if (typeof code !== "string") {
      return { kind: "cut" };
    }
    const wait = problem?.["retry_after"];
    return { kind: "no", no: { code, wait: typeof wait === "number" && wait >= 0 ? wait : null } };
  } catch {
    return { kind: "cut" };
  } finally {
    clearTimeout(timer);
  }
}

function get<T>(path: string, read: Read<T>): Promise<Reply<T>> {
  return ask(path, {}, read);
}

function post<T>(path: string, body: string, read: Read<T>, more: object = {}): Promise<Reply<T>> {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json", ...more }, body }, read);
}

function object(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}

/** Reads a JSON object with these kinds of fields. */
function json<T>(kinds: Partial<Record<keyof T & string, string>>): Read<T> {
  return async (response) => {
    const read = object(await response.json());
    const fits = read && Object.entries(kinds).every(([name, kind]) => typeof read[name] === kind);
    return fits ? (read as T) : null;
  };
}

export function signIn(member: string, password: string): Promise<Reply<string>> {
  const body = JSON.stringify({ member_no: member, password, kind: "cookie" });
  return post("/sessions", body, async (response) => {
    const session = await json<{ member_no: string }>({ member_no: "string" })(response);
    return session?.member_no ?? null;
  });
}

const info = json<BoothInfo>({
  id: "string",
  title: "string",
  state: "string",
  practice: "boolean",
  contact: "string",
  questions: "object",
  me: "object",
});

export function boothInfo(ballot: string, language: string): Promise<Reply<BoothInfo>> {
  return get(`/ballots/${ballot}/booth?language=${language}`, info);
}

/** All that the booth begins with, at once. */
export async function load(ballot: string, language: string, election: boolean): Promise<Reply<Loaded>> {
  const [me, booth, bytes] = await Promise.all([
    get("/me", json<{ member_no: string }>({ member_no: "string" })),
    boothInfo(ballot, language),
    election
      ? get(`/ballots/${ballot}/election`, async (response) => new Uint8Array(await response.arrayBuffer()))
      : null,
  ]);
  for (const reply of [me, booth]) {
    if (reply.kind === "no" && reply.no.code === "not_signed_in") {
      return reply;
    }
  }
  if (booth.kind !== "ok") {
    return booth;
  }
  if (me.kind !== "ok") {
    return me;
  }
  const usable = booth.value.state === "open" && booth.value.me.eligible;
  if (usable && bytes && bytes.kind !== "ok") {
    return bytes;
  }
  const read = bytes?.kind === "ok" ? bytes.value : null;
  return { kind: "ok", value: { info: booth.value, member: me.value.member_no, election: read } };
}

export function publicBallot(ballot: string): Promise<Reply<PublicBallot>> {
  return get(
    `/ballots/${ballot}`,
    json<PublicBallot>({ title: "string", state: "string", time_zone: "string", contact: "string" }),
  );
}

/**
 * Sends the sealed vote as it is, to take the place of another vote of the member or not. The eighths of its points, where they
 * are at hand, make it cheaper to check. Only a whole receipt is an answer.
 */
export function cast(
  ballot: string,
  { vote, eighths, replaces }: { vote: string; eighths: string | null; replaces: boolean },
): Promise<Reply<Receipt>> {
  const receipt = json<Receipt>({
    tracker: "string",
    election: "string",
    height: "number",
    event: "string",
    signature: "string",
  });
  const more = {
    ...(replaces ? {} : { "If-None-Match": "*" }),
    ...(eighths === null ? {} : { "Scrutineer-Eighths": eighths }),
  };
  const read = async (response: Response) => {
    const whole = await receipt(response);
    if (!whole) {
      return null;
    }
    const { tracker, election, height, event, signature } = whole;
    return { tracker, election, height, event, signature };
  };
  return post(`/ballots/${ballot}/votes`, vote, read, more);
}

export function status(
  ballot: string,
  tracker: string,
): Promise<Reply<"counted" | "replaced" | "not_found">> {
  // In the body: what stands in an address stands in the logs of proxies, beside that of the member.
  return post(`/ballots/${ballot}/receipts`, JSON.stringify({ tracker }), async (response) => {
    const state = object(await response.json())?.["state"];
    return state === "counted" || state === "replaced" || state === "not_found" ? state : null;
  });
}

/** Has a sealed vote refused. Its one good answer is 204: on the strength of it the vote is opened. */
export async function tellTest(ballot: string, tracker: string): Promise<Reply<null>> {
  const body = JSON.stringify({ tracker });
  const reply = await post(`/ballots/${ballot}/tests`, body, async ({ status }) =>
    status === 204 ? true : null,
  );
  return reply.kind === "ok" ? { kind: "ok", value: null } : reply;
}
