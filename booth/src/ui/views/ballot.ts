// Step 1: what is asked and what it takes to pass, then the voting code.

import { parseCode } from "../../seal/code.js";
import { type Child, h, whenReleased } from "../dom.js";
import type { CodeProblem, State } from "../types.js";
import {
  actions,
  backLink,
  ballotLink,
  button,
  checkLink,
  closing,
  faults,
  field,
  heading,
  help,
  lines,
  type Maker,
  notice,
  paragraphs,
  quiet,
  sentences,
  steps,
  type View,
} from "./parts.js";

export function ballot(maker: Maker): View {
  const { t, state, send } = maker;
  const { info, election } = state;
  if (!info || !election) {
    return { heading: "", content: [] };
  }
  const only = election.questions.length === 1 ? election.questions[0] : undefined;
  const title = only?.text ?? info.title;
  const rule = (i: number) => info.questions[i]?.rule ?? [];
  const questions: Child[] = only
    ? [rule(0).length > 0 && h("h2", {}, t("booth-rule")), paragraphs(rule(0))]
    : election.questions.map((question, i) => [h("h2", {}, question.text), paragraphs(rule(i))]);
  const ends = closing(maker);
  return {
    heading: title,
    content: [
      steps(t("booth-steps", { step: 1 })),
      only && only.text !== info.title ? quiet(info.title) : null,
      heading(title),
      trouble(maker),
      state.code ? quiet(t("booth-code-came")) : null,
      info.description === undefined ? null : lines(info.description),
      questions,
      h("h2", {}, t("booth-who")),
      h("p", {}, info.who),
      h("h2", {}, t("booth-closes")),
      h("p", {}, ends?.there ?? t("booth-closes-open")),
      ends?.here ? h("p", {}, t("booth-closes-yours", { time: ends.here })) : null,
      h("details", {}, h("summary", {}, t("booth-setting")), sentences(info.setting)),
      actions(
        button(info.me.voted ? t("booth-begin-again") : t("booth-begin"), () => send({ is: "begin" })),
        ballotLink(maker),
      ),
      help(maker),
    ],
  };
}

/** What the member should know before beginning: a vote is there, or the code is not right. */
function trouble(maker: Maker): Child {
  const { t, state } = maker;
  const chosen = state.answers.some((answer) => answer.length > 0);
  const choices = chosen ? t("booth-code-choices") : null;
  return [
    state.info?.me.voted && notice("info", t("booth-voted"), [t("booth-voted-check"), " ", checkLink(maker)]),
    state.codeTrouble?.kind === "link" && notice("info", t("booth-code-broken")),
    state.codeTrouble?.kind === "not_your_code" && notice("bad", t("booth-code-not-yours"), choices),
    state.codeTrouble?.kind === "code_void" && notice("bad", t("booth-code-void"), choices),
  ];
}

const FIELD = "voting-code";

export function code(maker: Maker): View {
  const { t, send, state } = maker;
  const errors = faults(t);
  const typed = field(FIELD, t("booth-code"), t("booth-code-hint"), {
    type: "text",
    autocomplete: "off",
    autocapitalize: "characters",
    autocorrect: "off",
    spellcheck: "false",
    required: true,
    // Some password managers save whatever is typed beside a sign-in.
    "data-1p-ignore": true,
    "data-lpignore": "true",
  });
  typed.place.classList.add("wide");
  // A slip is named as soon as the field is left, quietly; the list at the top comes with the button. While a mouse button
  // is down nothing moves: what is being pressed would slip away from under the pointer.
  const onchange = () => {
    const parsed = parseCode(typed.input.value);
    typed.mark("code" in parsed || parsed.problem === "empty" ? null : problemText(maker, parsed));
    if ("code" in parsed) {
      parsed.code.wipe();
    }
  };
  // On a small screen the field does not show the whole code: here it stands in groups, as in the letter.
  const echo = h("p", { class: "tracker", "aria-hidden": "true", hidden: true });
  typed.input.addEventListener("input", () => {
    echo.textContent = grouped(typed.input.value);
    echo.hidden = echo.textContent === "";
  });
  typed.input.addEventListener("change", () => whenReleased(onchange));
  const onsubmit = (event: Event) => {
    event.preventDefault();
    send({ is: "code", parsed: parseCode(typed.input.value), byLink: false });
  };
  let shown: CodeProblem | null = null;
  const update = ({ page }: State) => {
    if (page.at === "code" && page.problem !== shown) {
      shown = page.problem;
      const text = shown && problemText(maker, shown);
      typed.mark(text);
      errors.show(text === null ? [] : [{ field: FIELD, text }]);
    }
  };
  return {
    heading: t("booth-code"),
    content: [
      errors.place,
      steps(t("booth-steps", { step: 1 })),
      heading(t("booth-code")),
      trouble(maker),
      h("p", {}, t("booth-code-intro")),
      state.code ? quiet(t("booth-code-kept")) : null,
      h(
        "form",
        { novalidate: true, autocomplete: "off", onsubmit },
        typed.place,
        echo,
        actions(h("button", { class: "button" }, t("booth-continue")), backLink(maker)),
      ),
      help(maker),
    ],
    update,
  };
}

function grouped(code: string): string {
  const letters = code.toUpperCase().match(/[\p{L}\p{N}]/gu) ?? [];
  return letters.map((letter, i) => (i > 0 && i % 4 === 0 ? `-${letter}` : letter)).join("");
}

function problemText({ t }: Maker, { problem, at }: CodeProblem): string {
  switch (problem) {
    case "empty":
      return t("booth-code-empty");
    case "length":
      return t("booth-code-length", { count: at ?? 0 });
    case "letter":
      return t("booth-code-letter", { group: Math.floor((at ?? 0) / 4) + 1 });
    case "check":
      return t("booth-code-check");
  }
}
