// Codes that are not right: with one wrong character, too short, of another ballot, somebody else's, replaced.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";

export default async function story({ stage, browser }) {
  const [ballot, other] = [await stage.openBallot(), await stage.openBallot({ title: "Another question" })];
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const neighbour = stage.member();
  const { t } = member;
  const own = ballot.code(member.who);
  const fresh = await stage.ask("reissue", { id: ballot.id, member: member.who.no });

  await member.entersBooth(ballot);
  await member.begins();
  const before = (await member.visitor.sent()).length;
  const groups = own.split("-");
  const mistakes = [
    ["", t("booth-code-empty")],
    [groups.slice(1).join("-"), t("booth-code-length", { count: 24 })],
    [[...groups.slice(0, 3), "UUUU", ...groups.slice(4)].join("-"), t("booth-code-letter", { group: 4 })],
    [own.slice(0, -1) + (own.endsWith("0") ? "1" : "0"), t("booth-code-check")],
    // The code that stands for the number 0, with a wrong digit in its middle: about one in a thousand changes of that kind
    // in a code drawn by chance fits the check by chance.
    ["0000-0100-0000-0000-0000-0000-00NB", t("booth-code-check")],
  ];
  for (const [typed, sentence] of mistakes) {
    await member.typesCode(typed);
    const summary = member.page.getByRole("alert");
    await summary.getByRole("link", { name: sentence }).waitFor();
    // The summary leads to the field, which says the same.
    await summary.getByRole("link", { name: sentence }).click();
    expect(await member.field("booth-code").evaluate((field) => field === document.activeElement), "the field has the focus");
    expect.equal(await member.field("booth-code").getAttribute("aria-invalid"), "true", "aria-invalid");
  }
  expect.equal((await member.visitor.sent()).length, before, "requests while the code was mistyped");

  // Right in itself, but not the member's: the server refuses, and the choices stay.
  await member.typesCode(other.code(member.who).toLowerCase().replaceAll("-", " "));
  await member.chooses("Turpentine");
  const refusals = [
    [t("booth-code-not-yours"), ballot.code(neighbour)],
    [t("booth-code-not-yours"), own],
    [t("booth-code-void"), fresh],
  ];
  for (const [sentence, next] of refusals) {
    await member.checks();
    await member.press("booth-cast");
    await member.reads(sentence);
    await member.typesCode(next);
  }
  await member.checks();
  await member.reads("Turpentine");
  await member.casts();
  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 0, Turpentine: 1 }, "what is counted");
}
