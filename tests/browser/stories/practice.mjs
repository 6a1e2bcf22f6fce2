// A practice ballot looks real and says on every page, in each language, that it is for practice.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { LANGUAGES } from "../lib/texts.mjs";

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot({ title: "Try it out", practice: true });
  const members = [];
  for (const language of LANGUAGES) {
    const member = new Member(await browser.visitor({ language }), await stage.activeMember());
    const banner = () => member.page.getByRole("note").getByText(member.t("practice-word"), { exact: true }).waitFor();
    members.push([member, banner]);
    await member.goesTo(`/ballots/${ballot.id}`);
    await banner();
    await member.entersBooth(ballot);
    await banner();
    await member.begins();
    await member.field("booth-code").waitFor();
    await banner();
    await member.typesCode(ballot.code(member.who));
    await member.answer("Marmalade").waitFor();
    await banner();
    await member.chooses("Marmalade");
    await member.checks();
    await banner();
    await member.casts();
    await banner();
    await member.goesTo("/");
    await member.page.getByRole("listitem").getByText(member.t("practice-word"), { exact: true }).waitFor();
  }
  await stage.ask("close", { id: ballot.id });
  for (const [member, banner] of members) {
    for (const page of ["", "/record", "/results", "/vote"]) {
      await member.goesTo(`/ballots/${ballot.id}${page}`);
      await member.page.getByRole("heading", { level: 1 }).waitFor();
      await banner();
    }
  }
  expect.equal(await stage.counts(ballot.id), { Marmalade: 3, Turpentine: 0 }, "what is counted");
}
