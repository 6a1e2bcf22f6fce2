// Step 3: the sealed vote. The receipt number stands first, so that it is known before anybody decides to test or to cast.

import { h } from "../dom.js";
import type { Choice, Page, QuestionView, State } from "../types.js";
import {
  actions,
  backLink,
  button,
  faults,
  heading,
  type Maker,
  notice,
  number,
  quiet,
  steps,
  type View,
} from "./parts.js";

export function sealing({ t }: Maker): View {
  return {
    heading: t("booth-sealing"),
    content: [
      steps(t("booth-steps", { step: 3 })),
      heading(t("booth-sealing")),
      h("p", {}, t("booth-sealing-text")),
    ],
  };
}

export function review(maker: Maker): View {
  const { t, state, send } = maker;
  const tracker = state.sealed?.tracker ?? "";
  const questions = state.election?.questions ?? [];
  const several = questions.length > 1;
  const place = h("div", {});
  let elsewhere = false;
  const update = (now: State) => {
    if (now.elsewhere !== elsewhere) {
      elsewhere = now.elsewhere;
      place.replaceChildren(notice("info", t("booth-review-elsewhere")));
    }
  };
  return {
    heading: t("booth-review"),
    content: [
      steps(t("booth-steps", { step: 3 })),
      heading(t("booth-review")),
      h("div", { role: "status" }, place),
      number(t, tracker),
      quiet(t("booth-review-number")),
      h("h2", {}, t("booth-review-choices")),
      questions.map((question, i) => [
        several ? h("h3", {}, question.text) : h("p", {}, question.text),
        h(
          "ul",
          { class: "chosen" },
          chosen(maker, question, state.answers[i]).map((text) => h("li", {}, h("strong", {}, text))),
        ),
        h(
          "p",
          {},
          h(
            "button",
            {
              type: "button",
              class: "link",
              "aria-label": several ? t("booth-review-change-question", { question: question.text }) : null,
              onclick: () => send({ is: "visit", place: `question ${i}` }),
            },
            t("booth-review-change"),
          ),
        ),
      ]),
      quiet(t("booth-review-sealed")),
      state.info?.me.voted ? quiet(t("booth-voted")) : null,
      actions(
        button(t("booth-cast"), () => send({ is: "cast" })),
        backLink(maker),
      ),
      actions(button(t("booth-test-link"), () => send({ is: "test" }), "link")),
    ],
    update,
  };
}

function chosen({ t }: Maker, question: QuestionView, choice: Choice | undefined): string[] {
  if (choice === "blank") {
    return [t("booth-blank")];
  }
  const texts = (choice ?? []).map((i) => question.answers[i] ?? "");
  return texts.length > 0 ? texts : [t("booth-review-none")];
}

export function test(maker: Maker): View {
  const { t, state, send } = maker;
  const errors = faults(t);
  const confirm = button(t("booth-test-button"), () => send({ is: "confirm test" }));
  confirm.id = "open-vote";
  let shown: string | null = null;
  const update = ({ page }: State) => {
    if (page.at !== "test") {
      return;
    }
    confirm.setAttribute("aria-disabled", String(page.busy));
    if (page.error !== shown) {
      shown = page.error;
      const texts = {
        cut: t("booth-test-cut"),
        limit: t("booth-test-limit"),
        other: t("booth-test-other"),
      };
      errors.show(page.error ? [{ field: confirm.id, text: texts[page.error] }] : []);
    }
  };
  return {
    heading: t("booth-test"),
    content: [
      errors.place,
      heading(t("booth-test")),
      h("p", {}, t("booth-test-text")),
      h("p", {}, t("booth-test-after")),
      h("p", {}, t("booth-test-secret")),
      number(t, state.sealed?.tracker ?? ""),
      actions(confirm, backLink(maker)),
    ],
    update,
  };
}

/** The name of a file about a vote: the beginning of its receipt number, in letters that every system takes. */
export function fileName(kind: "receipt" | "test", tracker: string): string {
  return `${kind}-${tracker.slice(0, 8).replaceAll("+", "-").replaceAll("/", "_")}.json`;
}

export function tested(
  maker: Maker,
  page: Extract<Page, { at: "tested" }>,
  save: (name: string, text: string) => void,
): View {
  const { t, send } = maker;
  const name = fileName("test", page.tracker);
  let file = page.file;
  const again = button(
    t("booth-tested-save"),
    () => {
      if (file !== null) {
        save(name, file);
      }
    },
    "button second",
  );
  return {
    heading: t("booth-tested"),
    content: [
      heading(t("booth-tested")),
      h("p", {}, t("booth-tested-text")),
      number(t, page.tracker),
      h("p", {}, t("booth-tested-how")),
      h("pre", {}, h("code", {}, `scrutineer check-test ${name}`)),
      actions(
        button(t("booth-tested-again"), () => send({ is: "again" })),
        again,
      ),
    ],
    update: ({ page: now }) => {
      file = now.at === "tested" ? now.file : file;
    },
  };
}
