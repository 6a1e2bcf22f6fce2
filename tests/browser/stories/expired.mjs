// Sessions end while the booth is open: the member signs in right there and goes on; somebody else who signs in there sees
// nothing of the first.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";

const HALF_AN_HOUR_AND_MORE = 31 * 60;

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const goes = async () => new Member(await browser.visitor(), await stage.activeMember());
  const ends = () => stage.ask("pass", { seconds: HALF_AN_HOUR_AND_MORE });

  // On the last page before casting: the very vote that was checked goes out after signing in.
  const last = await goes();
  await last.entersBooth(ballot);
  const sealed = await last.seals(ballot, "Marmalade");
  await ends();
  await last.press("booth-cast");
  await last.reads(last.t("booth-sign-in-waiting"));
  await last.signsIn();
  expect.equal(await last.getsReceipt(), sealed, "the vote that was checked");
  const sent = (await last.visitor.sent()).filter(({ url }) => url.endsWith("/votes")).map(({ body }) => body);
  expect(sent.length === 2 && sent[0] === sent[1], "the same bytes were sent again");

  // After a reload in the middle.
  const middle = await goes();
  await middle.entersBooth(ballot);
  await middle.begins();
  await ends();
  await middle.page.reload();
  await middle.field("member-no").waitFor();
  await middle.signsIn();
  await middle.beforeBeginning();

  // When a vote is to be opened for a test: nothing is opened until the server has said yes.
  await middle.seals(ballot, "Turpentine");
  await middle.press("booth-test-link");
  await ends();
  await middle.press("booth-test-button");
  await middle.reads(middle.t("booth-sign-in-ended"));
  await middle.signsIn();
  await middle.checks();

  // Somebody else signs in at the same device.
  await ends();
  await middle.press("booth-cast");
  await middle.reads(middle.t("booth-sign-in-waiting"));
  const next = new Member(middle.visitor, await stage.activeMember());
  await next.signsIn();
  await next.beforeBeginning();
  await next.begins();
  await next.typesCode(ballot.code(next.who));
  await next.answer("Turpentine").waitFor();
  expect.equal(await next.page.locator("input:checked").count(), 0, "answers chosen by the first");
  await next.chooses("Marmalade");
  await next.checks();
  await next.casts();

  // Pages, too, lead back to where the member was.
  await ends();
  await last.goesTo("/");
  await last.link("nav-sign-in").click();
  await last.reads(last.t("session-ended"));
  await last.signsIn();
  await last.sees("home-mine");

  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 2, Turpentine: 0 }, "what is counted");
}
