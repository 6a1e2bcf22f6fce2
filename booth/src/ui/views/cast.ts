// From "cast" on: the vote is on its way, hangs in between, came too late, or was not taken.

import { fill, h, say } from "../dom.js";
import { waitText } from "../texts.js";
import type { Fate, Page, Refused, State, WaitReason } from "../types.js";
import {
  actions,
  ballotLink,
  button,
  checkLink,
  closing,
  heading,
  help,
  type Maker,
  notice,
  number,
  quiet,
  type View,
} from "./parts.js";

export function casting({ t, state }: Maker): View {
  return {
    heading: t("booth-casting"),
    content: [
      heading(t("booth-casting")),
      state.pending?.resumed ? notice("info", t("booth-casting-resumed")) : null,
      state.pending ? number(t, state.pending.tracker) : null,
    ],
  };
}

/** The identifiers of a page's heading, of its text and of its button. */
const WAITS: Record<WaitReason, readonly [string, string, string]> = {
  cut: ["booth-cut", "booth-cut-text", "booth-try-now"],
  busy: ["booth-busy", "booth-busy-text", "booth-try-now"],
  soon: ["booth-soon", "booth-soon-text", "booth-cast"],
  storage: ["booth-storage", "booth-storage-text", "booth-try-now"],
  clock: ["booth-clock", "booth-clock-text", "booth-try-now"],
  internal: ["booth-internal", "booth-internal-text", "booth-try-now"],
  elsewhere: ["booth-elsewhere", "booth-elsewhere-text", "booth-send-this"],
};

export function waiting(maker: Maker, { why }: Extract<Page, { at: "waiting" }>): View {
  const { t, send, state } = maker;
  const [title, text, button_] = WAITS[why];
  // The seconds are there to be looked at; only their end is read out.
  const countdown = quiet();
  const over = h("p", { role: "status" });
  const update = ({ page }: State) => {
    if (page.at === "casting") {
      countdown.textContent = t("booth-casting");
    }
    if (page.at !== "waiting" || page.seconds === null) {
      return;
    }
    const { seconds } = page;
    countdown.textContent =
      seconds === 0 ? "" : why === "soon" ? waitText(t, seconds) : t("booth-cut-next", { seconds });
    say(over, why === "soon" && seconds === 0 ? t("booth-soon-now") : "");
  };
  const keeps = why === "soon" ? t("booth-keep-earlier") : why === "elsewhere" ? t("booth-keep-other") : null;
  return {
    heading: t(title),
    content: [
      heading(t(title)),
      h("p", {}, t(text)),
      over,
      countdown,
      actions(
        button(t(button_), () => send({ is: "cast" })),
        keeps !== null && button(keeps, () => send({ is: "discard" }), "button second"),
      ),
      state.pending ? number(t, state.pending.tracker) : null,
      why === "cut" || why === "busy" ? quiet(t("booth-wait-kept")) : null,
      help(maker),
    ],
    update,
  };
}

export function closed(maker: Maker, page: Extract<Page, { at: "closed" }>): View {
  const { t, state, send, ballot } = maker;
  const ends = closing(maker);
  const fate = h("div", { role: "status" });
  let shown: Fate | null = null;
  const update = ({ page: now, info }: State) => {
    if (now.at !== "closed" || now.fate === shown) {
      return;
    }
    shown = now.fate;
    fill(fate, fateOf(maker, now.fate, info?.me.voted ?? false));
    if (now.fate !== "unknown" && document.activeElement === again) {
      // The button goes away, and the focus must not go with it.
      title.focus();
    }
    again.hidden = now.fate !== "unknown";
  };
  const again = button(t("booth-try-again"), () => send({ is: "retry" }));
  const title = heading(t("booth-closed"));
  return {
    heading: t("booth-closed"),
    content: [
      title,
      ends ? h("p", {}, t("booth-closed-at", { time: ends.there })) : null,
      ends?.here ? h("p", {}, t("booth-closes-yours", { time: ends.here })) : null,
      fate,
      actions(again),
      page.tracker === null ? null : number(t, page.tracker),
      help(maker),
      actions(
        ballotLink(maker),
        h("a", { href: `/ballots/${ballot}/results` }, t("booth-results")),
        checkLink(maker),
        state.info ? h("a", { href: "/" }, t("booth-my-ballots")) : null,
      ),
    ],
    update,
  };
}

function fateOf({ t }: Maker, fate: Fate, voted: boolean): HTMLElement {
  switch (fate) {
    case "none":
      return h("p", {}, t("booth-closed-none"), voted ? ` ${t("booth-closed-voted")}` : null);
    case "late":
      return notice("bad", t("booth-closed-late"));
    case "asking":
      return h("p", {}, t("booth-closed-asking"));
    case "counted":
      return notice("good", t("booth-closed-counted"));
    case "replaced":
      return notice("info", t("booth-closed-replaced"));
    case "missing":
      return notice("bad", t("booth-closed-missing"));
    case "unknown":
      return notice("info", t("booth-closed-unknown"));
  }
}

/** The identifiers of a page's heading, of its text and, where going on makes sense, of its button. */
const REFUSALS: Record<Refused, readonly [string, string, string | null]> = {
  bad_vote: ["booth-refused", "booth-refused-bad", "booth-begin-again"],
  vote_tested: ["booth-refused", "booth-refused-tested", "booth-tested-again"],
  already_replaced: ["booth-replaced", "booth-replaced-text", null],
  too_often: ["booth-too-often", "booth-too-often-text", null],
  sealing: ["booth-refused", "booth-refused-sealing", "booth-try-again"],
  lost: ["booth-refused", "booth-refused-lost", "booth-tested-again"],
  other: ["booth-refused", "booth-refused-other", "booth-try-again"],
};

export function refused(maker: Maker, page: Extract<Page, { at: "refused" }>): View {
  const { t, send } = maker;
  const [title, text, again] = REFUSALS[page.why];
  return {
    heading: t(title),
    content: [
      heading(t(title)),
      h("p", {}, page.why === "other" ? t(text, { code: page.code }) : t(text)),
      help(maker),
      actions(
        again === null ? null : button(t(again), () => send({ is: "again" })),
        checkLink(maker),
        ballotLink(maker),
      ),
    ],
  };
}
