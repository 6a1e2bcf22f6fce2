// Questions of every kind: nothing is preselected, too many cannot be chosen, too few are said quietly, and abstaining is an
// answer of its own, the last one.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";

const TEN = Array.from({ length: 10 }, (_, i) => `Number ${"one two three four five six seven eight nine ten".split(" ")[i]}`);

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot({
    questions: [
      `text = "One of two?"\nanswers = ["Left", "Right"]\nchoose = { min = 1, max = 1 }\nblank = true`,
      `text = "Two or three of ten?"\nanswers = ${JSON.stringify(TEN)}\nchoose = { min = 2, max = 3 }\nblank = true`,
      `text = "Any of three?"\nanswers = ["Red", "Green", "Blue"]\nchoose = { min = 0, max = 3 }`,
    ],
  });
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const { page, t } = member;
  await member.entersBooth(ballot);
  await member.begins();
  await member.typesCode(ballot.code(member.who));

  await member.seesHeading("One of two?");
  expect.equal(await page.locator("input:checked").count(), 0, "preselected answers");
  await member.press("booth-continue");
  await page.getByRole("alert").getByText(t("booth-few-blank", { min: 1 })).waitFor();
  const texts = await page.locator("fieldset label").allInnerTexts();
  expect(texts.length === 3 && texts[2].startsWith(t("booth-blank")), "abstaining stands last");
  await member.answer(t("booth-blank")).check();
  await member.answer("Left").check();
  expect(!(await member.answer(t("booth-blank")).isChecked()), "an answer takes the place of abstaining");
  await member.press("booth-continue");

  await member.seesHeading("Two or three of ten?");
  expect.equal(await page.locator("input:checked").count(), 0, "preselected answers");
  await member.answer(TEN[0]).check();
  await member.press("booth-continue");
  await page.getByRole("alert").getByText(t("booth-few-blank", { min: 2 })).waitFor();
  await member.answer(TEN[4]).check();
  await member.answer(TEN[9]).check();
  // A fourth does not stay.
  await member.answer(TEN[5]).click();
  await member.reads(t("booth-full", { max: 3 }));
  expect(!(await member.answer(TEN[5]).isChecked()), "a fourth answer is not taken");
  await member.answer(t("booth-blank")).check();
  expect.equal(await page.locator("input:checked").count(), 1, "abstaining stands alone");
  for (const answer of [TEN[1], TEN[8]]) {
    await member.answer(answer).check();
  }
  expect.equal(await page.locator("input:checked").count(), 2, "chosen answers");
  await member.press("booth-continue");

  // None is an answer where none is asked for.
  await member.seesHeading("Any of three?");
  await member.press("booth-continue");
  await member.checks();
  for (const text of ["Left", TEN[1], TEN[8], t("booth-review-none")]) {
    await member.reads(text);
  }
  await page.getByRole("button", { name: t("booth-review-change-question", { question: "One of two?" }) }).click();
  await member.seesHeading("One of two?");
  await member.chooses("Right");
  await member.press("booth-continue");
  await member.press("booth-continue");
  await member.checks();
  await member.casts();
  await stage.ask("close", { id: ballot.id });
  const { json } = await stage.ask("run", { who: "anyone", words: ["results", ballot.id] });
  const counted = json.counts.map(({ answers }) => answers.filter(({ votes }) => votes > 0).map(({ answer }) => answer));
  expect.equal(counted, [["Right"], [TEN[1], TEN[8]], []], "what is counted");
}
