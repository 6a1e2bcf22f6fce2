// A vote is changed, also from a second tab: the later one counts, and the page says so before and after.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const first = await member.votes(ballot, "Marmalade");

  // Reloading after casting says that a vote is there.
  await member.page.reload();
  await member.beforeBeginning();
  await member.reads(member.t("booth-voted"));
  const second = await member.seals(ballot, "Turpentine").then(() => member.casts());
  expect(first !== second, "another vote has another number");
  await member.goesTo(`/ballots/${ballot.id}`);
  await member.link("vote-again-button").waitFor();

  // Two tabs at the same place; one casts, the other learns of it, and may still cast.
  const tabs = [new Member(tab(member), member.who), new Member(tab(member), member.who)];
  for (const one of tabs) {
    one.visitor.page = await member.visitor.context.newPage();
    await one.goesTo(`/ballots/${ballot.id}/vote`);
    await one.beforeBeginning();
  }
  const [left, right] = tabs;
  await left.seals(ballot, "Marmalade");
  await right.seals(ballot, "Marmalade");
  const third = await left.casts();
  await right.reads(right.t("booth-review-elsewhere"));
  await right.press("booth-back");
  await right.chooses("Turpentine");
  await right.checks();
  const fourth = await right.casts();

  // A vote that waits for a connection does not take the place of one that was cast meanwhile on another device, unless the
  // member says so.
  for (const meant of ["booth-keep-other", "booth-send-this"]) {
    const who = await stage.activeMember();
    const [phone, desk] = [new Member(await browser.visitor(), who), new Member(await browser.visitor(), who)];
    await phone.entersBooth(ballot);
    await phone.seals(ballot, "Marmalade");
    await phone.visitor.context.setOffline(true);
    await phone.press("booth-cast");
    await phone.sees("booth-cut");
    await desk.votes(ballot, "Turpentine");
    await phone.visitor.context.setOffline(false);
    await phone.sees("booth-elsewhere");
    await phone.press(meant);
    await (meant === "booth-send-this" ? phone.getsReceipt() : phone.reads(phone.t("booth-voted")));
  }

  await stage.ask("pass", { seconds: 1200 });
  await member.finds(fourth);
  for (const [tracker, id] of [[first, "check-replaced"], [second, "check-replaced"], [third, "check-replaced"], [fourth, "check-counted-so-far"]]) {
    expect.holds(await member.looksUp(tracker), member.t(id));
  }
  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 1, Turpentine: 2 }, "only the last ones count");
}

/** A window of its own for the same person at the same device. */
function tab({ visitor }) {
  return Object.assign(Object.create(visitor), { page: null });
}
