// A draft is announced: members read whether they may vote, object by a form that needs no script, and read the answer; anybody
// reads the notice, which prints on one sheet. Then the ballot is frozen, and there is nothing to object to any more.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { readPicture } from "../lib/qr.mjs";
import { ballotFile } from "../lib/stage.mjs";
import { LANGUAGES } from "../lib/texts.mjs";
import { local } from "../lib/zone.mjs";

const HOUR = 3600;
const TITLE = "Work remotely only, from 25 January";
const QUESTIONS = [
  `text = "Shall all members work remotely only until health and safety terms are agreed?"
answers = ["Yes", "No"]
blank = true
passes = "Yes >= 60% of eligible and cast >= 50% of eligible"`,
  `text = "Which two working groups shall be set up first?"
answers = ["Buildings and ventilation", "Workload", "Substitute teachers and para-educators", "Pay"]
choose = { min = 1, max = 2 }
blank = true`,
];
const OBJECTION = 'Zażółć: "I am <b>not</b> on it" & that is wrong.\nŁucja Żak';
const ANSWER = "You are on it now.\n<i>The committee</i>";

export default async function story({ stage, browser }) {
  const left = await stage.activeMember();
  const units = [...new Set(stage.members.map(({ unit }) => unit))].filter((unit) => unit !== left.unit);
  const more = `[eligible]\nunit = ${JSON.stringify(units)}\n`;
  const id = await stage.ask("draft", { toml: ballotFile({ title: TITLE, questions: QUESTIONS, more }) });
  const until = (await stage.ask("now")) + 2 * HOUR;
  const orders = async (...words) => {
    const { exit, err } = await stage.ask("run", { who: "delegate", words });
    expect.equal(exit, 0, `${words.join(" ")}: ${err}`);
  };
  await orders("ballot", "preview", id);
  await orders("ballot", "announce", id, "--objections-until", local(until));

  const members = [];
  for (const language of LANGUAGES) {
    const who = language === "pl" ? left : await mayVote(stage, units);
    const member = new Member(await browser.visitor({ language, javaScriptEnabled: false }), who);
    members.push(member);
    await objects(member, id, members.length);
  }
  const answer = join(stage.files, "answer.txt");
  writeFileSync(answer, ANSWER);
  for (const number of [1, 2, 3]) {
    await orders("objections", "answer", id, String(number), "--text-file", answer);
  }
  for (const { page } of members) {
    await page.reload();
    await page.getByText("You are on it now.").waitFor();
    await page.getByText("<i>The committee</i>").waitFor();
    expect.equal(await page.locator("main textarea").count(), 1, "another objection may follow");
  }
  await reads(stage, browser, id);

  await stage.ask("pass", { seconds: 2 * HOUR + 60 });
  const [{ page, t, who }] = members;
  await page.goto("/sign-in");
  await new Member({ page, t }, who).signsIn();
  await page.goto(`/ballots/${id}`);
  await page.getByText("You are on it now.").waitFor();
  expect.equal(await page.locator("main textarea").count(), 0, "nothing more is taken");
  await stage.ask("freeze", { id });
  await page.reload();
  await page.getByText(t("ballot-later")).waitFor();
  expect(await page.getByRole("link", { name: t("notice-link") }).isVisible(), "the notice stays");
}

/** A member of one of these units, with a password. */
async function mayVote(stage, units) {
  const who = stage.member();
  if (!units.includes(who.unit)) {
    return mayVote(stage, units);
  }
  await stage.ask("activate", { member: who.no });
  return who;
}

/** From the first page to the objection that is filed. */
async function objects(member, id, number) {
  const { page, t, who } = member;
  const may = member.visitor.language !== "pl";
  await member.goesTo("/sign-in");
  await member.signsIn();
  await member.sees("home-mine");
  await member.reads(t(may ? "prospect-may" : "prospect-may-not"));
  await page.getByRole("link", { name: TITLE }).click();
  await member.reads(t(may ? "prospect-may" : "prospect-may-not"));
  if (!may) {
    await member.reads(t("reason-unit", { value: who.unit }));
  }
  const other = await member.visitor.context.newPage();
  await other.goto(`/ballots/${id}`);
  // Too long for the server, whatever the browser let pass.
  await page.getByLabel(t("objection-field"), { exact: true }).evaluate((field) => field.removeAttribute("maxlength"));
  await member.field("objection-field").fill("ż".repeat(2001));
  await member.press("objection-button");
  await page.getByRole("alert").waitFor();
  expect.equal(await page.locator("textarea").inputValue(), "ż".repeat(2001), "what was typed is not lost");
  await member.field("objection-field").fill(OBJECTION);
  await member.press("objection-button");
  await page.getByRole("status").getByText(t("objection-sent")).waitFor();
  for (const line of OBJECTION.split("\n")) {
    await page.getByText(line).waitFor();
  }
  await member.reads(t("objection-waiting"));
  expect.equal(await page.locator("blockquote b").count(), 0, "what is written is shown as text");
  expect.equal(await page.locator("main textarea").count(), 0, "one at a time");
  // A page that was left open in another tab files nothing more.
  await other.getByLabel(t("objection-field"), { exact: true }).fill("Once more");
  await other.getByRole("button", { name: t("objection-button"), exact: true }).click();
  await other.getByRole("alert").getByText(t("objection-open", { number })).waitFor();
  await other.close();
}

/** Somebody who is not signed in reads the notice and prints it. */
async function reads(stage, browser, id) {
  for (const language of LANGUAGES) {
    const { page, t } = await browser.visitor({ language });
    await page.goto(`/ballots/${id}/notice`);
    await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
    await page.getByText(t("notice-object")).waitFor();
    expect.equal(await readPicture(page), `${stage.url}/ballots/${id}`, "what the picture says");
    for (const format of ["A4", "Letter"]) {
      const name = `notice-${language}-${format}.pdf`;
      const pdf = await page.pdf({ format, path: join(stage.look ?? stage.files, name) });
      const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length;
      expect.equal(sheets, 1, `sheets of ${name}`);
    }
  }
}
