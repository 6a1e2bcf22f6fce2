// A walk through every page and every state of it, in one language; `at(visitor, name)` is called in each.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "./expect.mjs";
import { Member } from "./member.mjs";
import { ballotFile } from "./stage.mjs";
import { local } from "./zone.mjs";

const QUESTIONS = [
  `text = "Shall all members work remotely only until health and safety terms are agreed?"
answers = ["Yes", "No"]
choose = { min = 1, max = 1 }
blank = true
passes = "Yes >= 60% of eligible and cast >= 50% of eligible"`,
  `text = "Which two working groups shall be set up first?"
answers = ["Buildings and ventilation", "Workload", "Substitute teachers and para-educators", "Pay"]
choose = { min = 1, max = 2 }
blank = true`,
];
const VOTES = /\/votes$/;
const LOADING = /\/booth\?/;

export async function tour({ stage, browser, language, at }) {
  const title = "Work remotely only, from 25 January";
  const ballot = await stage.openBallot({ title, questions: QUESTIONS });
  const practice = await stage.openBallot({ title: "Try it out", practice: true });
  const frozen = await stage.ask("draft", { toml: ballotFile({ title: "Not yet" }) });
  await stage.ask("freeze", { id: frozen });
  const cancelled = await stage.openBallot({ title: "Called off" });
  await stage.ask("cancel", { id: cancelled.id, reason: "The offer was withdrawn" });

  const visitor = await browser.visitor({ language });
  const member = new Member(visitor, stage.member());
  const announced = await announcedDrafts(stage, member.who);
  const here = (name) => at(visitor, name);
  await beforeSigningIn({ stage, member, here, ballot, announced });
  await inTheBooth({ member, here, ballot });
  await whatElseThereIs({ member, here, practice, frozen, cancelled });
  await beforeItIsFrozen({ stage, member, here, announced });
  await stage.ask("pass", { seconds: 1200 });
  await member.finds(member.receipt);
  await here("51-check-counted-so-far");
  const observer = await watcher({ stage, browser, language });
  await watching({ observer, at, ballot, state: "open" });
  await theDesk({ stage, browser, language, at, ballot, who: stage.members.at(-1) });
  for (const { id } of [ballot, practice]) {
    await stage.ask("close", { id });
  }
  await stage.ask("object", { id: ballot.id, text: "The notice came a day late in two units." });
  await afterTheEnd({ member, here, ballot, practice, state: "tallied" });
  await stage.ask("certify", { id: ballot.id });
  await stage.ask("object", { id: ballot.id, text: "The turnout of one unit was read out while the vote was open." });
  await stage.ask("correct", { id: ballot.id, reason: "A second objection came after the first signature" });
  await afterTheEnd({ member, here, ballot, practice, state: "certified" });
  await watching({ observer, at, ballot, state: "certified" });
}

/** The observer, signed in, in a union where a board is being formed. */
async function watcher({ stage, browser, language }) {
  const [officer, , , observer, ...tellers] = stage.members;
  const seats = tellers.slice(0, 3).flatMap(({ no }) => ["--teller", no]);
  const words = ["tellers", "create", "Second board", ...seats, "--threshold", "2"];
  const { exit, err } = await stage.ask("run", { who: officer.no, words });
  if (exit !== 0) {
    throw new Error(err);
  }
  const visitor = await browser.visitor({ language });
  const member = new Member(visitor, { ...observer, password: stage.password });
  await member.goesTo("/sign-in");
  await member.signsIn();
  await member.sees("home-mine");
  return member;
}

async function watching({ observer, at, ballot, state }) {
  await observer.goesTo("/watch");
  await observer.sees("watch-all-title");
  await at(observer.visitor, `70-watch-${state}`);
  await observer.goesTo(`/ballots/${ballot.id}/watch`);
  await observer.page.getByRole("heading", { level: 1 }).waitFor();
  const names = observer.page.locator("summary");
  if (await names.count()) {
    await names.first().click();
  }
  await at(observer.visitor, `71-watch-ballot-${state}`);
  await observer.goesTo(`/ballots/${ballot.id}/delivery`);
  await observer.reads(observer.t("delivery-table"));
  await at(observer.visitor, `72-delivery-${state}`);
}

/** An officer at the desk, who helps somebody who has not voted; and the page for members without a code. */
async function theDesk({ stage, browser, language, at, ballot, who }) {
  const visitor = await browser.visitor({ language });
  const officer = new Member(visitor, { ...stage.members[0], password: stage.password });
  await officer.goesTo("/no-code");
  await officer.sees("no-code-title");
  await at(visitor, "52-no-code");
  await officer.goesTo("/sign-in");
  await officer.signsIn();
  await officer.sees("home-mine");
  await officer.goesTo("/desk");
  await officer.field("desk-search").fill(",");
  await officer.press("desk-search-button");
  await officer.page.getByRole("alert").waitFor();
  await at(visitor, "53-desk-nothing");
  await officer.field("desk-search").fill(who.no);
  await officer.press("desk-search-button");
  await officer.page.getByRole("status").waitFor();
  await at(visitor, "54-desk-found");
  await officer.goesTo(`/desk/members/${who.no}`);
  await officer.field("desk-change-field").fill("nobody");
  await officer.press("desk-change-button");
  await officer.page.getByRole("alert").waitFor();
  await at(visitor, "55-desk-member");
  await officer.goesTo(`/desk/members/${who.no}/reissue/${ballot.id}`);
  await officer.page.getByRole("heading", { level: 1 }).waitFor();
  await at(visitor, "56-desk-reissue");
  await officer.press("desk-reissue-button");
  await officer.page.getByRole("status").waitFor();
  await at(visitor, "57-desk-reissued");
}

/** Two drafts that members know of: `who` may vote in the first and not in the second. */
async function announcedDrafts(stage, who) {
  const units = [...new Set(stage.members.map(({ unit }) => unit))].filter((unit) => unit !== who.unit);
  const others = `[eligible]\nunit = ${JSON.stringify(units)}\n`;
  const until = local((await stage.ask("now")) + 24 * 3600);
  const ids = [];
  for (const file of [{ title: "Pay scale of 2027", questions: QUESTIONS }, { title: "A local matter", more: others }]) {
    const id = await stage.ask("draft", { toml: ballotFile(file) });
    const words = ["ballot", "announce", id, "--objections-until", until];
    expect.equal((await stage.ask("run", { who: "delegate", words })).exit, 0, words.join(" "));
    ids.push(id);
  }
  return ids;
}

/** Announced drafts, for somebody who is signed in. */
async function beforeItIsFrozen({ stage, member, here, announced }) {
  const { page } = member;
  const [may, mayNot] = announced;
  await member.goesTo("/");
  await here("45-my-ballots-announced");
  await member.goesTo(`/ballots/${mayNot}`);
  await here("46-announced-may-not");
  await member.goesTo(`/ballots/${may}`);
  await here("47-announced-may");
  await member.field("objection-field").fill("\u200b");
  await member.press("objection-button");
  await page.getByRole("alert").waitFor();
  await here("48-objection-wrong");
  await member.field("objection-field").fill("My unit is another one.\nThank you.");
  await member.press("objection-button");
  await page.getByRole("status").waitFor();
  await here("49-objection-sent");
  const answer = join(stage.files, "answer.txt");
  writeFileSync(answer, "It is right on the roll now.\nThe committee");
  const words = ["objections", "answer", may, "1", "--text-file", answer];
  expect.equal((await stage.ask("run", { who: "delegate", words })).exit, 0, words.join(" "));
  await page.reload();
  await here("50-objection-answered");
}

async function beforeSigningIn({ stage, member, here, ballot, announced }) {
  const { page, t, who } = member;
  await member.goesTo("/");
  await here("01-first-page");
  await member.goesTo("/no-such-page");
  await here("02-no-such-page");
  await member.goesTo("/activate");
  await here("03-activate");
  await member.field("member-no").fill(who.no);
  await member.field("activation-code").fill("ABCD");
  await member.field("new-password").fill("short");
  await member.field("new-password-again").fill("shirt");
  await member.press("activate-button");
  await page.getByRole("alert").waitFor();
  await here("04-activate-faults");
  await member.activates(await stage.ask("activation_code", { member: who.no }));
  await here("05-activated");
  await member.signsIn("not the password");
  await page.getByRole("alert").waitFor();
  await here("06-sign-in-wrong");
  await member.goesTo(`/ballots/${ballot.id}`);
  await here("07-ballot-signed-out");
  await member.goesTo("/check");
  await here("08-check");
  await member.looksUp("A".repeat(43));
  await here("09-check-not-found");
  await member.field("check-field").fill("nonsense");
  await member.press("check-button");
  await page.getByText(t("check-not-a-tracker")).first().waitFor();
  await here("10-check-nonsense");
  await member.goesTo(`/ballots/${announced[0]}/notice`);
  await here("10-notice");
}

async function inTheBooth({ member, here, ballot }) {
  const { page, t, who } = member;
  await member.goesTo(`/ballots/${ballot.id}/vote`);
  await member.field("member-no").waitFor();
  await here("11-booth-sign-in");
  await member.signsIn("not the password");
  await page.getByRole("alert").waitFor();
  await here("12-booth-sign-in-wrong");
  await member.signsIn();
  await member.beforeBeginning();
  await here("13-booth-ballot");
  await member.goesTo("/");
  await here("14-my-ballots");
  await member.goesTo(`/ballots/${ballot.id}`);
  await here("15-ballot");
  await member.goesTo(`/ballots/${ballot.id}/vote`);
  await member.beforeBeginning();
  await member.begins();
  await member.field("booth-code").waitFor();
  await here("16-booth-code");
  await member.typesCode("ABCD-EFGH");
  await page.getByRole("alert").waitFor();
  await here("17-booth-code-wrong");
  await member.typesCode(ballot.code(who));
  await member.answer("Yes").waitFor();
  await here("18-booth-question");
  await member.press("booth-continue");
  await page.getByRole("alert").waitFor();
  await here("19-booth-too-few");
  await member.chooses("Yes");
  await member.answer("Workload").check();
  await member.answer("Pay").check();
  await member.answer("Buildings and ventilation").click();
  await page.getByText(t("booth-full", { max: 2 })).waitFor();
  await here("20-booth-too-many");
  await member.press("booth-continue");
  await member.checks();
  await here("21-booth-check");
  await member.press("booth-test-link");
  await member.sees("booth-test");
  await here("22-booth-test");
  await member.press("booth-test-button");
  await member.sees("booth-tested");
  await here("23-booth-tested");
  await member.press("booth-tested-again");
  await member.checks();
  await page.route(VOTES, (route) => route.abort("connectionreset"));
  await member.press("booth-cast");
  await member.sees("booth-cut");
  await here("24-booth-cut");
  await page.unroute(VOTES);
  await refusals({ member, here });
  member.receipt = await member.getsReceipt();
  await here("30-receipt");
  await page.reload();
  await member.beforeBeginning();
  await here("31-booth-voted");
  await member.goesTo(`/ballots/${ballot.id}`);
  await here("32-ballot-voted");
  await member.looksUp(member.receipt);
  await here("33-check-not-yet");
  await dropped({ member, here, ballot });
}

/** What the server may answer instead of a receipt; then the receipt. */
async function refusals({ member, here }) {
  const { page } = member;
  const answers = [
    ["busy", 503, 5, "booth-busy"],
    ["too_many_votes", 429, 40, "booth-soon"],
    ["storage", 503, null, "booth-storage"],
    ["internal", 500, null, "booth-internal"],
    ["clock_went_backwards", 503, null, "booth-clock"],
    ["voted_already", 409, null, "booth-elsewhere"],
  ];
  for (const [code, status, wait, heading] of answers) {
    await page.route(VOTES, refusal(code, status, wait));
    await member.button("booth-try-now").or(member.button("booth-cast")).first().click();
    await member.sees(heading);
    await here(`25-booth-${code}`);
    await page.unroute(VOTES);
  }
  await member.press("booth-send-this");
}

/** A refusal as the server words it. */
function refusal(code, status, wait) {
  const body = { type: "about:blank", title: "", status, code, detail: "", ...(wait && { retry_after: wait }) };
  return (route) => route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify(body) });
}

/** Answers after which the vote is not sent again; and a ballot that cannot be loaded. */
async function dropped({ member, here, ballot }) {
  const { page, who } = member;
  const answers = [
    ["bad_vote", 422, "booth-refused"],
    ["vote_tested", 409, "booth-refused"],
    ["already_replaced", 409, "booth-replaced"],
    ["too_many_votes", 409, "booth-too-often"],
    ["not_your_code", 403, "booth-code"],
  ];
  for (const [code, status, heading] of answers) {
    await member.goesTo(`/ballots/${ballot.id}/vote`);
    await member.beforeBeginning();
    await member.begins();
    await member.typesCode(ballot.code(who));
    await member.chooses("Yes");
    await member.chooses("Pay");
    await member.checks();
    await page.route(VOTES, refusal(code, status));
    await member.press("booth-cast");
    await member.sees(heading);
    await here(`34-booth-${code}`);
    await page.unroute(VOTES);
  }
  await page.route(LOADING, (route) => route.abort("connectionfailed"));
  await member.goesTo(`/ballots/${ballot.id}/vote`);
  await member.sees("booth-unreachable-title");
  await here("35-booth-unreachable");
  await page.unroute(LOADING);
}

async function whatElseThereIs({ member, here, practice, frozen, cancelled }) {
  for (const [name, id] of [["practice", practice.id], ["frozen", frozen], ["cancelled", cancelled.id]]) {
    await member.goesTo(`/ballots/${id}`);
    await here(`40-ballot-${name}`);
    await member.goesTo(`/ballots/${id}/vote`);
    await member.page.getByRole("heading", { level: 1 }).waitFor();
    await here(`41-booth-${name}`);
  }
  await member.goesTo(`/ballots/${practice.id}/record`);
  await here("42-record-while-open");
  await member.goesTo(`/ballots/${practice.id}/results`);
  await here("43-results-while-open");
  await member.goesTo(`/ballots/${cancelled.id}/results`);
  await here("44-results-cancelled");
}

async function afterTheEnd({ member, here, ballot, practice, state }) {
  for (const page of ["", "/record", "/results", "/certificate"]) {
    await member.goesTo(`/ballots/${ballot.id}${page}`);
    await here(`60-${state}${page.replace("/", "-")}`);
  }
  if (state === "certified") {
    await member.goesTo(`/ballots/${ballot.id}/certificate?number=2`);
    await here("64-certificate-correction");
    return;
  }
  await member.goesTo(`/ballots/${practice.id}/results`);
  await here("61-practice-results");
  await member.looksUp(member.receipt);
  await here("62-check-counted");
  await member.goesTo(`/ballots/${ballot.id}/vote`);
  await member.page.getByRole("heading", { level: 1 }).waitFor();
  await here("63-booth-closed");
}
