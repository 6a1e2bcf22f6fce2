// A practice ballot looks real and says on every page, in each language, that it is for practice.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { LANGUAGES } from "../lib/texts.mjs";

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot({ title: "Try it out", practice: true });
  const members = [];
  for (const language of LANGUAGES) {
    const member = new Member(await browser.visitor({ language }), await stage.activeMember());
    const banner = () => member.page.getByRole("complementary").getByText(member.t("practice-word"), { exact: true }).waitFor();
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
    for (const page of ["", "/record", "/results"]) {
      await member.goesTo(`/ballots/${ballot.id}${page}`);
      await banner();
    }
    // Sessions of voters end with voting.
    await member.goesTo(`/ballots/${ballot.id}/vote`);
    await member.signsIn();
    await member.sees("booth-closed");
    await banner();
  }
  expect.equal(await stage.counts(ballot.id), { Marmalade: 3, Turpentine: 0 }, "what is counted");
}
