// The connection is cut at each step: nothing is lost, nothing counts twice, and the page says what is known.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { nothingKept, spellings } from "../lib/search.mjs";

const VOTES = /\/votes$/;

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const goes = async () => new Member(await browser.visitor(), await stage.activeMember());
  const bodies = async (member) =>
    (await member.visitor.sent()).filter(({ url }) => VOTES.test(url)).map(({ body }) => body);

  // While the ballot loads, and while signing in.
  const first = await goes();
  await first.goesTo(`/ballots/${ballot.id}/vote`);
  await first.field("member-no").waitFor();
  await first.visitor.context.setOffline(true);
  await first.signsIn();
  await first.reads(first.t("booth-sign-in-cut"));
  await first.visitor.context.setOffline(false);
  await first.page.route(/\/booth\?/, (route) => route.abort("connectionfailed"));
  await first.signsIn();
  await first.sees("booth-unreachable-title");
  await first.page.unroute(/\/booth\?/);
  await first.press("booth-try-again");
  await first.beforeBeginning();

  // While choosing there is no need for a connection.
  await first.visitor.context.setOffline(true);
  const offline = await first.seals(ballot, "Marmalade");
  await first.press("booth-cast");
  await first.sees("booth-cut");
  await nothingKept(first.visitor, [...spellings(ballot.code(first.who)), "Marmalade"]);
  // It goes out by itself as soon as the connection is back.
  await first.visitor.context.setOffline(false);
  expect.equal(await first.getsReceipt(), offline, "the vote that was checked");

  // Before it reached the server, and with half of an answer: the same bytes again.
  for (const [name, cut] of [["never arrived", never], ["no answer", unanswered], ["half an answer", half]]) {
    const member = await goes();
    await member.entersBooth(ballot);
    const sealed = await member.seals(ballot, "Turpentine");
    await member.page.route(VOTES, cut, { times: 1 });
    await member.press("booth-cast");
    await member.sees("booth-cut");
    await member.reads(member.t("booth-cut-text"));
    await member.press("booth-try-now");
    expect.equal(await member.getsReceipt(), sealed, name);
    const sent = await bodies(member);
    expect(sent.length >= 2 && new Set(sent).size === 1, `${name}: the same bytes were sent again`);
    expect.equal(await member.page.evaluate(() => sessionStorage.length), 0, "what is stored after the receipt");
  }

  // The page is reloaded while it is not known whether the vote arrived.
  for (const cut of [never, unanswered]) {
    const member = await goes();
    await member.entersBooth(ballot);
    const sealed = await member.seals(ballot, "Turpentine");
    await member.page.route(VOTES, cut);
    await member.press("booth-cast");
    await member.sees("booth-cut");
    const [vote] = await bodies(member);
    const kept = await member.page.evaluate(() => Object.values(sessionStorage));
    expect(kept.length === 1 && kept[0].includes(vote), "the sealed vote, and nothing else, is stored");
    await member.page.unroute(VOTES);
    await member.page.reload();
    expect.equal(await member.getsReceipt(), sealed, "after a reload");
    expect.equal(new Set(await bodies(member)).size, 1, "different votes sent");
  }

  // The server itself is gone for a while.
  const patient = await goes();
  await patient.entersBooth(ballot);
  const sealed = await patient.seals(ballot, "Marmalade");
  await stage.ask("stop");
  await patient.press("booth-cast");
  await patient.sees("booth-cut");
  await stage.ask("start");
  await patient.press("booth-try-now").catch(() => {});
  expect.equal(await patient.getsReceipt(), sealed, "after the server was gone");

  // A test that could not be announced opens nothing.
  const tester = await goes();
  await tester.entersBooth(ballot);
  await tester.seals(ballot, "Marmalade");
  await tester.press("booth-test-link");
  await tester.page.route(/\/tests$/, (route) => route.abort("connectionreset"), { times: 1 });
  await tester.press("booth-test-button");
  await tester.reads(tester.t("booth-test-cut"));

  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 2, Turpentine: 5 }, "each vote counts once");
}

async function never(route) {
  await route.abort("connectionrefused");
}

async function unanswered(route) {
  await route.fetch();
  await route.abort("connectionreset");
}

async function half(route) {
  const response = await route.fetch();
  const body = await response.body();
  await route.fulfill({ status: response.status(), contentType: "application/json", body: body.subarray(0, body.length / 2) });
}
