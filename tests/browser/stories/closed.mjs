// Voting ends while pages are open: they say when, and what became of a vote that had no receipt.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { ZONE, local } from "../lib/zone.mjs";

const HOUR = 3600;

export default async function story({ stage, browser }) {
  const now = await stage.ask("now");
  // On the hour, so that it reads the same to the minute.
  const end = Math.ceil(now / HOUR) * HOUR + HOUR;
  const ballot = await stage.openBallot({ more: `closes = ${local(end)}\n` });
  const goes = async (settings) => {
    const member = new Member(await browser.visitor(settings), await stage.activeMember());
    await member.entersBooth(ballot);
    return member;
  };

  // Elsewhere than the ballot: both times are shown.
  const idle = await goes({ timezoneId: "Europe/Warsaw" });
  const warsaw = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Warsaw", timeStyle: "short" });
  const main = await idle.page.locator("main").innerText();
  expect.holds(main, ZONE);
  expect.holds(main, warsaw.format(new Date(end * 1000)));

  const late = await goes();
  await late.seals(ballot, "Marmalade");
  const arrived = await goes();
  const there = await arrived.seals(ballot, "Turpentine");
  await cutAnswers(arrived, "after");
  await arrived.press("booth-cast");
  await arrived.sees("booth-cut");
  const lost = await goes();
  await lost.seals(ballot, "Turpentine");
  await cutAnswers(lost, "before");
  await lost.press("booth-cast");
  await lost.sees("booth-cut");

  await stage.ask("pass", { seconds: end + 60 - (await stage.ask("now")) });
  await stage.ask("until", { id: ballot.id, state: "tallied" });

  // The vote is refused with the closing time.
  await late.press("booth-cast");
  await late.sees("booth-closed");
  const said = await late.page.locator("main").innerText();
  expect.holds(said, late.t("booth-closed-late"));
  expect.holds(said, ZONE);

  for (const [member, sentence] of [[arrived, "booth-closed-counted"], [lost, "booth-closed-missing"]]) {
    await member.page.unroute(VOTES);
    await member.press("booth-try-now");
    await member.sees("booth-closed");
    await member.reads(member.t(sentence));
  }
  await arrived.reads(there);

  await idle.page.reload();
  await idle.sees("booth-closed").catch(() => idle.field("member-no").waitFor());
  expect.equal(await stage.counts(ballot.id), { Marmalade: 0, Turpentine: 1 }, "what is counted");
}

const VOTES = /\/votes$/;

/** The connection ends before a vote has reached the server, or after. */
async function cutAnswers(member, when) {
  await member.page.route(VOTES, async (route) => {
    if (when === "after") {
      await route.fetch();
    }
    await route.abort("connectionreset");
  });
}
