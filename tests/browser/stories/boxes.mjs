// A ballot that is counted in two boxes: each member votes in the own one and is told so beforehand, receipts of both are
// found, and the results show what each box came to.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";

const EACH = `text = "Which shall it be?"
answers = ["Marmalade", "Turpentine"]
passes = "each unit: Marmalade > half of valid"`;

export default async function story({ stage, browser }) {
  const people = [await stage.activeMember(), await stage.activeMember()];
  while (people[1].unit === people[0].unit) {
    people[1] = await stage.activeMember();
  }
  // The first one's unit is a box by itself, all others share one.
  const others = new Set(stage.members.map(({ unit }) => unit).filter((unit) => unit !== people[0].unit));
  const boxes = [people[0].unit, "All others"];
  const more = `smallest_box = 1\n[boxes]\n"All others" = ${JSON.stringify([...others])}\n`;
  const ballot = await stage.openBallot({ questions: [EACH], more });
  const { json } = await stage.ask("run", { who: "anyone", words: ["ballot", "show", ballot.id] });
  expect.equal(json.boxes.map(({ name }) => name).sort(), [...boxes].sort(), "boxes");
  const trackers = [];
  for (const [i, who] of people.entries()) {
    const member = new Member(await browser.visitor(), who);
    const own = json.boxes.find(({ name }) => name === boxes[i]);
    await member.entersBooth(ballot);
    await member.reads(member.t("boxes-own", { box: boxes[i], n: own.eligible }));
    await member.reads(member.t("boxes-small-own"));
    await member.begins();
    await member.typesCode(ballot.code(who));
    await member.chooses(i === 0 ? "Marmalade" : "Turpentine");
    await member.checks();
    trackers.push(await member.casts());
    await member.goesTo(`/ballots/${ballot.id}`);
    await member.reads(member.t("boxes-own", { box: boxes[i], n: own.eligible }));
  }
  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 1, Turpentine: 1 }, "what is counted");

  const anyone = new Member(await browser.visitor(), people[0]);
  const { page, t } = anyone;
  for (const tracker of trackers) {
    expect.holds(await anyone.looksUp(tracker), t("check-counted"));
  }
  await anyone.goesTo(`/ballots/${ballot.id}/results`);
  await anyone.reads(t("results-failed-each", { failed: 1, n: 2 }));
  const table = page.getByRole("table", { name: t("results-boxes-caption") });
  for (const [i, name] of boxes.entries()) {
    const row = table.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
    const cells = await row.getByRole("cell").allInnerTexts();
    expect.equal(cells.slice(1), ["1", i === 0 ? "1" : "0", i === 0 ? "0" : "1"], `the box ${name}`);
  }
  // From the list of records to that of one box.
  await anyone.goesTo(`/ballots/${ballot.id}/record`);
  await page.getByRole("link", { name: boxes[1], exact: true }).click();
  await anyone.reads(t("record-of-box", { box: boxes[1] }));
  await anyone.reads(trackers[1]);
  await anyone.press("record-to-boxes");
  await page.getByRole("link", { name: boxes[0], exact: true }).waitFor();
}
