// Without JavaScript, or with a browser that does not start the booth: every page reads, forms work, and where one votes the
// page says what to do and whom to call. And a device whose clock is wrong by a day votes like any other.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { LANGUAGES } from "../lib/texts.mjs";

const DAY = 24 * 60 * 60 * 1000;
const CONTACT = "Election committee, 555-0100";

export default async function story({ stage, browser }) {
  const title = "The office's breakfast";
  const ballot = await stage.openBallot({ title });
  for (const language of LANGUAGES) {
    const who = stage.member();
    const member = new Member(await browser.visitor({ language, javaScriptEnabled: false }), who);
    const { page, t } = member;
    await member.activates(await stage.ask("activation_code", { member: who.no }));
    // The vote's page, not signed in: the form works, and leads back there.
    await member.goesTo(`/ballots/${ballot.id}/vote`);
    const without = page.locator("noscript");
    expect(await without.isVisible(), "what to do without JavaScript");
    expect.holds(await without.innerText(), t("vote-no-script"));
    expect(!(await page.locator("main").innerText()).includes("Marmalade"), "nothing of the ballot before signing in");
    await member.signsIn();
    await member.seesHeading(title);
    await member.reads(t("vote-too-old"));
    await member.reads(t("vote-call", { contact: CONTACT }));
    await member.press("vote-to-ballot");
    await member.reads(CONTACT);
    await member.goesTo("/");
    await member.sees("home-mine");
    await member.link("footer-check").click();
    await member.sees("check-title");
    // Another language is chosen, and remembered.
    const other = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length];
    await page.locator(`footer button[lang="${other}"]`).click();
    expect.equal(await page.locator("html").getAttribute("lang"), other, "the language that was chosen");
    await member.goesTo("/");
    expect.equal(await page.locator("html").getAttribute("lang"), other, "the language is remembered");
    await page.locator(`footer button[lang="${language}"]`).click();
    await member.sees("home-mine");
    await page.getByRole("banner").getByRole("button").click();
    await member.link("nav-sign-in").waitFor();
  }

  // The script does not come: a form that works is there before signing in, and what to do after.
  const old = new Member(await browser.visitor(), await stage.activeMember());
  await old.page.route(/\/assets\/booth-/, (route) => route.abort("failed"));
  await old.goesTo(`/ballots/${ballot.id}/vote`);
  await old.signsIn();
  await old.reads(old.t("vote-too-old"));
  await old.reads(old.t("vote-call", { contact: CONTACT }));

  for (const wrong of [-DAY, DAY]) {
    const member = new Member(await browser.visitor(), await stage.activeMember());
    await member.visitor.context.clock.install({ time: Date.now() + wrong });
    await member.votes(ballot, "Marmalade");
  }
  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 2, Turpentine: 0 }, "what is counted");
}
