// What may be chosen: nothing beforehand, never too many, and abstaining instead of all else.

import type { Choice, ElectionView, QuestionView } from "./types.js";

/** One of a few, so that a choice takes the place of the one before. */
export function isSingle(question: QuestionView): boolean {
  return question.min === 1 && question.max === 1;
}

export function blankAnswers(election: ElectionView): Choice[] {
  return election.questions.map(() => []);
}

export function isAnswered(question: QuestionView, choice: Choice | undefined): boolean {
  return (
    choice !== undefined &&
    (choice === "blank" ? question.blank : choice.length >= question.min && choice.length <= question.max)
  );
}

/** The choice after one more click; `"full"` where it would be one too many. */
export function picked(
  question: QuestionView,
  before: Choice,
  answer: number | "blank",
  on: boolean,
): Choice | "full" {
  if (answer === "blank") {
    return on && question.blank ? "blank" : [];
  }
  if (!Number.isInteger(answer) || answer < 0 || answer >= question.answers.length) {
    return before;
  }
  const chosen = before === "blank" ? [] : before;
  if (!on) {
    return chosen.filter((one) => one !== answer);
  }
  if (isSingle(question)) {
    return [answer];
  }
  if (chosen.includes(answer)) {
    return chosen;
  }
  return chosen.length >= question.max ? "full" : [...chosen, answer].sort((a, b) => a - b);
}
