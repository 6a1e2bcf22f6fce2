// Before there is anything to vote on: loading, signing in, and why it goes no further.

import { h } from "../dom.js";
import { waitText } from "../texts.js";
import type { Page, SignInError, State, StopReason } from "../types.js";
import {
  actions,
  ballotLink,
  button,
  type Fault,
  faults,
  field,
  heading,
  help,
  type Maker,
  notice,
  quiet,
  type View,
} from "./parts.js";

export function loading({ t }: Maker): View {
  return { heading: t("booth-loading"), content: [heading(t("booth-loading"))] };
}

export function unreachable(maker: Maker, page: Extract<Page, { at: "unreachable" }>): View {
  const { t, send } = maker;
  const text = page.why === "cut" ? t("booth-unreachable-cut") : t("booth-unreachable-busy");
  return {
    heading: t("booth-unreachable-title"),
    content: [
      heading(t("booth-unreachable-title")),
      h("p", {}, text),
      actions(button(t("booth-try-again"), () => send({ is: "retry" }))),
      help(maker),
    ],
  };
}

export function signIn(maker: Maker, page: Extract<Page, { at: "sign-in" }>): View {
  const { t, send, state } = maker;
  const errors = faults(t);
  const member = field("member_no", t("member-no"), t("member-no-hint"), {
    type: "text",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
  });
  const password = field("password", t("password"), null, {
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const submit = h("button", { class: "button" }, t("sign-in-button"));
  const countdown = quiet();
  const onsubmit = (event: Event) => {
    event.preventDefault();
    send({ is: "sign in", member: member.input.value, password: password.input.value });
  };
  let shown: SignInError | null = null;
  const update = ({ page }: State) => {
    if (page.at !== "sign-in") {
      return;
    }
    submit.setAttribute("aria-disabled", String(page.busy));
    countdown.textContent = page.seconds === null ? "" : waitText(t, page.seconds);
    if (page.error !== shown) {
      shown = page.error;
      const wrong = signInFaults(maker, page.error);
      member.mark(wrong.find((one) => one.field === "member_no")?.text ?? null);
      password.mark(wrong.find((one) => one.field === "password")?.text ?? null);
      errors.show(wrong);
      if (page.error === "wrong") {
        password.input.value = "";
      }
    }
  };
  const reason = {
    first: quiet(t("booth-sign-in-first")),
    ended: notice("info", t("booth-sign-in-ended")),
    waiting: notice("info", t("booth-sign-in-waiting")),
  }[page.reason];
  return {
    heading: t("sign-in-title"),
    content: [
      errors.place,
      heading(t("sign-in-title")),
      reason,
      page.reason === "first" && state.code ? quiet(t("booth-sign-in-code")) : null,
      h(
        "form",
        { id: "sign-in", novalidate: true, onsubmit },
        member.place,
        password.place,
        actions(submit),
        countdown,
      ),
      h(
        "p",
        {},
        `${t("booth-no-password")} `,
        h("a", { href: `/activate?next=${location.pathname}` }, t("booth-activate")),
      ),
      page.reason === "first" && state.code ? quiet(t("booth-activate-code")) : null,
    ],
    update,
  };
}

function signInFaults({ t }: Maker, error: SignInError | null): Fault[] {
  const member = { field: "member_no", text: t("booth-member-missing") };
  const password = { field: "password", text: t("booth-password-missing") };
  switch (error) {
    case null:
      return [];
    case "member":
      return [member];
    case "password":
      return [password];
    case "both":
      return [member, password];
    case "wrong":
      return [{ field: "member_no", text: t("sign-in-wrong") }];
    case "attempts":
      return [{ field: "password", text: t("too-many-attempts") }];
    case "busy":
      return [{ field: "password", text: t("booth-sign-in-busy") }];
    case "cut":
      return [{ field: "password", text: t("booth-sign-in-cut") }];
    case "other":
      return [{ field: "password", text: t("booth-sign-in-other") }];
  }
}

/** The identifiers of a page's heading and of its text. */
const STOPS: Record<StopReason, readonly [string, string]> = {
  "not-found": ["booth-not-found-title", "booth-not-found"],
  "not-open": ["booth-not-open-title", "booth-not-open"],
  "not-eligible": ["booth-not-eligible-title", "booth-not-eligible"],
  cancelled: ["booth-cancelled-title", "booth-cancelled"],
  unsupported: ["booth-unsupported-title", "booth-unsupported"],
  mismatch: ["booth-mismatch-title", "booth-mismatch"],
  fault: ["booth-fault-title", "booth-fault"],
};

export function stopped(maker: Maker, page: Extract<Page, { at: "stopped" }>): View {
  const { t, send } = maker;
  const [title, text] = STOPS[page.why];
  const again = page.why === "mismatch" || page.why === "fault" || page.why === "not-found";
  const linked = page.why === "not-open" || page.why === "cancelled" || page.why === "not-eligible";
  return {
    heading: t(title),
    content: [
      heading(t(title)),
      h("p", {}, t(text)),
      help(maker),
      actions(
        again && button(t("booth-try-again"), () => send({ is: "retry" }), "button second"),
        linked && ballotLink(maker),
        h("a", { href: "/" }, t("booth-my-ballots")),
      ),
    ],
  };
}
