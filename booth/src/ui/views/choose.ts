// Step 2: the questions, one a page.

import { isSingle } from "../choices.js";
import { type Child, h, say } from "../dom.js";
import type { Page, QuestionView, State } from "../types.js";
import { actions, backLink, faults, heading, type Maker, paragraphs, steps, type View } from "./parts.js";

export function question(maker: Maker, page: Extract<Page, { at: "question" }>): View {
  const { t, state, send } = maker;
  const asked = state.election?.questions[page.number];
  if (!asked) {
    return { heading: "", content: [] };
  }
  const count = state.election?.questions.length ?? 1;
  const single = isSingle(asked);
  const errors = faults(t);
  const inputs = new Map<number | "blank", HTMLInputElement>();
  const choice = (value: number | "blank", text: Child) => {
    const onchange = () => send({ is: "pick", answer: value, on: input.checked });
    const input = h("input", {
      type: single ? "radio" : "checkbox",
      name: "answer",
      id: `answer-${value}`,
      autocomplete: "off",
      onchange,
    });
    inputs.set(value, input);
    return h("label", { class: "choice", for: input.id }, input, h("span", {}, text));
  };
  const status = h("p", { class: "quiet", role: "status" });
  const problem = h("span", { class: "error", hidden: true });
  const choices = h(
    "fieldset",
    { class: "choices" },
    h("legend", {}, instruction(maker, asked), problem),
    asked.answers.map((answer, i) => choice(i, answer)),
    asked.blank && choice("blank", [t("booth-blank"), h("span", { class: "hint" }, t("booth-blank-hint"))]),
  );
  const onsubmit = (event: Event) => {
    event.preventDefault();
    send({ is: "next" });
  };
  let few = false;
  const update = ({ page: now, answers }: State) => {
    const given = answers[page.number];
    if (now.at !== "question" || given === undefined) {
      return;
    }
    for (const [value, input] of inputs) {
      input.checked = value === "blank" ? given === "blank" : given !== "blank" && given.includes(value);
    }
    if (!single) {
      const chosen = t("booth-chosen", { count: given === "blank" ? 0 : given.length, max: asked.max });
      say(status, now.full ? t("booth-full", { max: asked.max }) : chosen);
    }
    if (now.few !== few) {
      few = now.few;
      const text = few ? fewText(maker, asked) : "";
      problem.textContent = text;
      problem.hidden = !few;
      errors.show(few ? [{ field: "answer-0", text }] : []);
    }
  };
  const step =
    count > 1 ? t("booth-steps-question", { number: page.number + 1, count }) : t("booth-steps", { step: 2 });
  return {
    heading: asked.text,
    content: [
      errors.place,
      steps(step),
      heading(asked.text),
      paragraphs(state.info?.questions[page.number]?.rule ?? []),
      h(
        "form",
        { novalidate: true, autocomplete: "off", onsubmit },
        choices,
        single ? null : status,
        actions(h("button", { class: "button" }, t("booth-continue")), backLink(maker)),
      ),
    ],
    update,
  };
}

function instruction({ t }: Maker, { min, max }: QuestionView): string {
  if (min === max) {
    return max === 1 ? t("booth-choose-one") : t("booth-choose-exactly", { count: max });
  }
  return min === 0 ? t("booth-choose-up-to", { max }) : t("booth-choose-between", { min, max });
}

function fewText({ t }: Maker, { min, blank }: QuestionView): string {
  return blank ? t("booth-few-blank", { min }) : t("booth-few", { min });
}
