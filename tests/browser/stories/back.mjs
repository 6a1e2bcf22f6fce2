// Back, Forward and reload, everywhere: something sensible is there, choices are kept while the page lives, nothing is cast
// twice, and after casting Back shows the receipt.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { keptBy } from "../lib/search.mjs";

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot({
    questions: [
      `text = "Which drink?"\nanswers = ["Tea", "Coffee"]\nchoose = { min = 1, max = 1 }`,
      `text = "Which fruit?"\nanswers = ["Plums", "Pears", "Figs"]\nchoose = { min = 0, max = 2 }`,
    ],
  });
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const { page } = member;
  const back = () => page.goBack();
  const forward = () => page.goForward();
  const checked = async (answer) => expect(await member.answer(answer).isChecked(), `${answer} is chosen still`);

  await member.entersBooth(ballot);
  await member.begins();
  await member.typesCode(ballot.code(member.who));
  await member.seesHeading("Which drink?");
  await member.chooses("Coffee");
  await member.seesHeading("Which fruit?");
  await member.chooses("Plums", "Figs");
  const sealed = await member.checks();

  // Back, step by step, by the browser's button; then forward again.
  await back();
  await member.seesHeading("Which fruit?");
  await checked("Plums");
  await checked("Figs");
  await back();
  await member.seesHeading("Which drink?");
  await checked("Coffee");
  await back();
  await member.field("booth-code").waitFor();
  await back();
  await member.beforeBeginning();
  await forward();
  await forward();
  await member.seesHeading("Which drink?");
  await checked("Coffee");
  await forward();
  await forward();
  expect.equal(await member.checks(), sealed, "nothing was changed, so the same sealed vote is there");

  // The page's own way back does the same; another choice is another sealed vote.
  await member.press("booth-back");
  await member.seesHeading("Which fruit?");
  await member.press("booth-back");
  await member.seesHeading("Which drink?");
  await member.chooses("Tea");
  await member.seesHeading("Which fruit?");
  await member.press("booth-continue");
  const other = await member.checks();
  expect(other !== sealed, "another choice is sealed anew");
  await member.reads("Tea");
  const { history } = await keptBy(page);
  expect(history.every(({ url }) => !/[#?]/.test(url)), "no data in any address of the history");

  // After casting: Back shows the receipt, however often, and nothing is sent again.
  expect.equal(await member.casts(), other, "the vote that was checked");
  const casts = async () => (await member.visitor.sent()).filter(({ url }) => url.endsWith("/votes")).length;
  for (const way of [back, back, forward]) {
    await way();
    await member.sees("booth-receipt");
  }
  expect.equal(await casts(), 1, "votes sent");

  // Away and back again: the receipt, or that a vote is there.
  await member.goesTo("/");
  await member.sees("home-mine");
  await back();
  await Promise.any([member.sees("booth-receipt"), member.reads(member.t("booth-voted"))]);
  await page.reload();
  await member.beforeBeginning();
  await member.reads(member.t("booth-voted"));
  expect.equal(await casts(), 1, "votes sent");

  // A reload at each step begins anew; nothing chosen is kept on the device.
  const steps = [
    () => member.begins(),
    () => member.typesCode(ballot.code(member.who)),
    () => member.chooses("Coffee"),
    () => member.chooses("Pears").then(() => member.checks()),
    () => member.press("booth-test-link"),
  ];
  for (let until = 1; until <= steps.length; until += 1) {
    for (const step of steps.slice(0, until)) {
      await step();
    }
    await page.reload();
    await member.beforeBeginning();
    expect.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0, "what is stored");
  }
  // Forward after a reload cannot lead to what is no longer known.
  await back();
  await Promise.any([member.beforeBeginning(), member.field("booth-code").waitFor()]);
  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Tea: 1, Coffee: 0 }, "what is counted");
}
