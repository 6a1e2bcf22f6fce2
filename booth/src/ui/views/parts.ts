// What several pages of the booth have in common.

import { attribute, type Child, fill, h } from "../dom.js";
import type { Translate } from "../texts.js";
import { moment, momentHere } from "../time.js";
import type { Event, State } from "../types.js";

/** What a page is made with. */
export interface Maker {
  readonly t: Translate;
  readonly language: string;
  readonly ballot: string;
  readonly state: State;
  readonly send: (event: Event) => void;
  /** One step back, as the browser's own button does it. */
  readonly back: () => void;
}

/** A page: its heading, what it holds, and how it follows changes that leave the page the same. */
export interface View {
  readonly heading: string;
  readonly content: readonly Child[];
  readonly update?: (state: State) => void;
}

export function heading(text: string): HTMLHeadingElement {
  return h("h1", { tabindex: -1 }, text);
}

export function notice(kind: "good" | "bad" | "info", ...children: Child[]): HTMLElement {
  return h(
    "div",
    { class: `notice ${kind}` },
    children.map((child) => child && h("p", {}, child)),
  );
}

export function button(text: string, onclick: () => void, kind = "button"): HTMLButtonElement {
  return h("button", { type: "button", class: kind, onclick }, text);
}

export function actions(...children: Child[]): HTMLElement {
  return h("div", { class: "actions" }, ...children);
}

export function steps(text: string): HTMLElement {
  return h("p", { class: "steps" }, text);
}

export function quiet(...children: Child[]): HTMLElement {
  return h("p", { class: "quiet" }, ...children);
}

export function backLink({ t, back }: Maker): HTMLElement {
  return button(t("booth-back"), back, "link");
}

/** Whom to ask, as well as it is known. */
export function help({ t, state }: Maker): HTMLElement {
  const contact = state.info?.contact ?? state.known?.contact;
  return quiet(contact ? t("booth-help", { contact }) : t("booth-help-union"));
}

export function ballotLink({ t, ballot }: Maker): HTMLElement {
  return h("a", { href: `/ballots/${ballot}` }, t("booth-ballot-page"));
}

export function checkLink({ t }: Maker): HTMLElement {
  return h("a", { href: "/check" }, t("booth-check-receipt"));
}

/** A text that was written in lines. */
export function lines(text: string): HTMLElement[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => h("p", {}, line));
}

/** Sentences that follow on each other, such as a rule's: some of them are numbered already. */
export function paragraphs(all: readonly string[]): Child {
  return all.map((one) => h("p", {}, one));
}

/** One sentence as a paragraph, several as a list. */
export function sentences(all: readonly string[]): Child {
  return all.length > 1
    ? h(
        "ul",
        {},
        all.map((one) => h("li", {}, one)),
      )
    : all.map((one) => h("p", {}, one));
}

/** The receipt number, in a box of its own. */
export function number(t: Translate, tracker: string): Child[] {
  return [h("h2", {}, t("booth-number")), h("p", { class: "tracker" }, tracker)];
}

/** When voting ends, or ended: in the ballot's zone, then in the reader's where that differs. */
export function closing({ state, language }: Maker): { there: string; here: string | null } | null {
  const { info, known } = state;
  const seconds = known ? known.closes : (info?.closes?.seconds ?? null);
  const zone = known?.time_zone ?? info?.time_zone;
  if (seconds === null || zone === undefined) {
    return null;
  }
  const same = info?.closes?.seconds === seconds ? info.closes.local : null;
  const there = same ?? moment(seconds, language, zone);
  return there === null ? null : { there, here: momentHere(seconds, language, zone) };
}

/** One thing to be mended: what, and in which field. */
export interface Fault {
  readonly field: string;
  readonly text: string;
}

/** The place for the list of what is missing or wrong. The list takes the focus; its links lead to the fields. */
export function faults(t: Translate): { place: HTMLElement; show: (all: readonly Fault[]) => void } {
  const place = h("div", {});
  const show = (all: readonly Fault[]) => {
    if (all.length === 0) {
      fill(place);
      return;
    }
    const list = all.map(({ field, text }) => {
      const onclick = (event: globalThis.Event) => {
        // The address must not change: what stands behind its # is for voting codes.
        event.preventDefault();
        document.getElementById(field)?.focus();
      };
      return h("li", {}, h("a", { href: `#${field}`, onclick }, text));
    });
    const summary = h(
      "div",
      { class: "errors", role: "alert", tabindex: -1, "aria-labelledby": "faults" },
      h("h2", { id: "faults" }, t("faults-title")),
      h("ul", {}, list),
    );
    fill(place, summary);
    summary.focus();
  };
  return { place, show };
}

/** A labelled field with a hint and a place for what is wrong with it. */
export function field(
  id: string,
  label: string,
  hint: string | null,
  attributes: Record<string, string | boolean>,
): { place: HTMLElement; input: HTMLInputElement; mark: (text: string | null) => void } {
  const input = h("input", { id, name: id, ...attributes });
  const error = h("span", { class: "error", id: `${id}-error`, hidden: true });
  const mark = (text: string | null) => {
    error.textContent = text ?? "";
    error.hidden = text === null;
    attribute(input, "aria-invalid", text === null ? null : "true");
    const described = [text === null ? null : error.id, hint === null ? null : `${id}-hint`];
    attribute(input, "aria-describedby", described.filter((one) => one !== null).join(" ") || null);
  };
  mark(null);
  const place = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    hint === null ? null : h("span", { class: "hint", id: `${id}-hint` }, hint),
    error,
    input,
  );
  return { place, input, mark };
}
