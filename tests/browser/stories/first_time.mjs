// A member who has never been here: activation, sign-in, my ballots, the ballot, the code, the choice, the check, the vote,
// the receipt, and the receipt found again; in each language.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { LANGUAGES } from "../lib/texts.mjs";

export default async function story({ stage, browser }) {
  const title = "The office's breakfast";
  const ballot = await stage.openBallot({ title });
  const cast = [];
  for (const language of LANGUAGES) {
    const who = stage.member();
    const visitor = await browser.visitor({ language });
    const member = new Member(visitor, who);
    await member.activates(await stage.ask("activation_code", { member: who.no }));
    await member.signsIn();
    await member.sees("home-mine");
    await member.page.getByRole("link", { name: title, exact: true }).click();
    await member.seesHeading(title);
    await member.link("vote-button").click();
    await member.beforeBeginning();
    expect.holds(await member.page.locator("main").innerText(), "Which shall it be?");
    const sealed = await member.seals(ballot, language === "es" ? "Turpentine" : "Marmalade");
    const text = await member.page.locator("main").innerText();
    expect(text.indexOf(sealed) < text.indexOf(member.t("booth-review-choices")), "the receipt number comes first");
    const tracker = await member.casts();
    expect.equal(tracker, sealed, "the receipt is for the vote that was checked");
    const receipt = await member.page.locator("main").innerText();
    expect(!/Marmalade|Turpentine/.test(receipt), "the receipt does not show the choice");
    cast.push([member, tracker]);
  }
  // The record shows new votes in steps.
  await stage.ask("pass", { seconds: 1200 });
  for (const [member, tracker] of cast) {
    await member.finds(tracker);
    // After signing out Back leads to nothing that was there before.
    await member.goesTo("/");
    await member.button("nav-sign-out", { name: member.who.name }).click();
    await member.link("nav-sign-in").waitFor();
    await member.page.goBack();
    await member.link("nav-sign-in").waitFor();
  }
  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 2, Turpentine: 1 }, "what is counted");
  for (const [member, tracker] of cast) {
    await member.goesTo("/");
    await member.page.getByRole("link", { name: title, exact: true }).click();
    await member.seesHeading(title);
    expect.holds(await member.looksUp(tracker), member.t("check-counted"));
  }
}
