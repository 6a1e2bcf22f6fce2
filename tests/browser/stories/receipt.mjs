// The receipt: as text, as words, as a picture for a phone, as a file; checked on the page and by the command line. And a vote
// that was opened for a test: its file is confirmed, and it can never be cast.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { readPicture } from "../lib/qr.mjs";
import { found } from "../lib/search.mjs";

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const { page, t } = member;
  await member.entersBooth(ballot);

  // A test first: the file is for exactly the vote whose number was shown.
  const tested = await member.seals(ballot, "Turpentine");
  await member.press("booth-test-link");
  await member.sees("booth-test");
  const [testFile] = await Promise.all([saved(page, stage), member.press("booth-test-button")]);
  await member.sees("booth-tested");
  const confirmed = await stage.ask("run", { words: ["check-test", testFile] });
  expect.equal(confirmed.exit, 0, `check-test: ${confirmed.err}`);
  expect.holds(JSON.stringify(confirmed.json), tested);
  expect.holds(JSON.stringify(confirmed.json), "Turpentine");
  const test = JSON.parse(readFileSync(testFile, "utf8"));
  const secrets = JSON.stringify(test.randomness).match(/\d{50,}/g);
  expect(secrets.length > 10, "the file holds the randomness");
  for (const { url, body } of await member.visitor.sent()) {
    expect(found(body, secrets).length === 0, `randomness was sent to ${url}`);
  }
  // The opened vote itself, cast by hand, is refused for ever.
  const refused = await page.evaluate(async ([id, vote]) => {
    const headers = { "content-type": "application/json" };
    const reply = await fetch(`/api/v1/ballots/${id}/votes`, { method: "POST", headers, body: vote });
    return [reply.status, (await reply.json()).code];
  }, [ballot.id, test.vote]);
  expect.equal(refused, [409, "vote_tested"], "casting an opened vote");
  await member.press("booth-tested-again");
  const sealed = await member.checks();
  expect(sealed !== tested, "the choices are sealed anew");
  await member.reads("Turpentine");

  const tracker = await member.casts();
  const words = await page.locator("ol.words li").allInnerTexts();
  expect.equal(words.length, 12, "words");
  const link = await readPicture(page);
  expect.equal(link, `${stage.url}/check#${tracker}`, "what the picture says");
  const [receiptFile] = await Promise.all([saved(page, stage), member.press("booth-receipt-save")]);
  expect.holds(receiptFile, "receipt-");
  expect(!/Turpentine|answers|choices/.test(readFileSync(receiptFile, "utf8")), "the file does not show the choice");
  await page.emulateMedia({ media: "print" });
  expect(await page.getByText(tracker).first().isVisible(), "the printed receipt has its number");
  await page.emulateMedia({ media: "screen" });

  // Not yet on the record that is shown: the page says so and whom to call. Then it is there, by each of its names.
  expect.holds(await member.looksUp(tracker), t("check-not-found"));
  await stage.ask("pass", { seconds: 1200 });
  await member.finds(tracker);
  const names = [tracker, ` ${tracker.slice(0, 20)} ${tracker.slice(20)} `, words.join(" "), words.join("\u00a0 ").toUpperCase()];
  for (const typed of names) {
    expect.holds(await member.looksUp(typed), t("check-counted-so-far"));
  }
  await member.goesTo("/check");
  await member.field("check-field").fill("not a number");
  await member.press("check-button");
  // The summary's link leads to the field, and is not taken for a number.
  const fault = page.getByRole("alert").getByRole("link", { name: t("check-not-a-tracker") });
  await fault.waitFor();
  const posts = () => member.visitor.requests.filter(({ method }) => method === "POST").length;
  const before = posts();
  await fault.click();
  await page.waitForFunction(() => document.activeElement?.id === "tracker");
  expect.equal(posts(), before, "what is sent because of a link within the page");
  await followLink(member, link, t("check-counted-so-far"));
  // Coming back to the answer, or reloading it, shows the page and asks nothing about forms.
  await member.goesTo(`/ballots/${ballot.id}`);
  await page.goBack();
  await member.field("check-field").waitFor();
  await page.reload();
  await member.field("check-field").waitFor();

  // Who is not signed in sees it after the end.
  const anyone = new Member(await browser.visitor(), stage.member());
  expect.holds(await anyone.looksUp(tracker), t("check-not-found-sign-in"));
  await stage.ask("close", { id: ballot.id });
  await followLink(anyone, link, t("check-counted"));
  expect.holds(await anyone.looksUp(tested), t("check-not-found"));

  const log = await stage.ask("log");
  expect.equal(found(log, [tracker, tested, words.join(" ")]), [], "receipt numbers in the server's log");

  const record = join(stage.files, "record.bel");
  await stage.ask("run", { who: "anyone", words: ["record", ballot.id, "-o", record] });
  const verdict = await stage.ask("run", { words: ["receipt", "--file", receiptFile, "--record", record] });
  expect.equal(verdict.exit, 0, `scrutineer receipt --file: ${verdict.err}`);
}

/** The file that the page saves next. */
async function saved(page, stage) {
  const download = await page.waitForEvent("download");
  const file = join(stage.files, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

/** Opens the picture's link: the number stands in no address that is asked for, nor in the history. */
async function followLink(member, link, sentence) {
  const before = member.visitor.requests.length;
  await member.goesTo(link);
  await member.page.getByRole("status").first().waitFor();
  expect.holds(await member.said(), sentence);
  const tracker = link.split("#")[1];
  for (const { url } of (await member.visitor.sent()).slice(before)) {
    expect(found(url.split("#")[0], [tracker]).length === 0, `the number stands in ${url}`);
  }
  expect(!member.page.url().includes("#"), "the address has no fragment any more");
}
