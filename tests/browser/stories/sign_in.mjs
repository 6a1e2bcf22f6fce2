// Signing in, on its own page and in the booth: what is missing or wrong is named, nobody learns which numbers exist, too many
// attempts have to wait and are told how long; afterwards the member is where they wanted to go. And whose name is not on a
// ballot's list learns it before choosing anything.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { keptBy } from "../lib/search.mjs";

/** Seconds that a story is not over within. */
const LONG = 30;
const MOST_TRIES = 30;

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const who = await stage.activeMember();
  const member = new Member(await browser.visitor(), who);
  const { page, t } = member;
  const summary = (text) => page.getByRole("alert").getByRole("link", { name: text, exact: true }).waitFor();

  // A page for members alone leads to the form, and from there back.
  await member.goesTo(`/ballots/${ballot.id}`);
  await member.link("nav-sign-in").click();
  await member.sees("sign-in-title");
  await member.signsIn("not the password");
  await summary(t("sign-in-wrong"));
  expect.equal(await member.field("member-no").inputValue(), who.no, "the number that was typed stays");
  expect.equal(await member.field("password").inputValue(), "", "the password does not");
  await member.signsIn();
  await member.reads(t("ballot-not-voted-yet"));

  // In the booth: what is missing, what is wrong, and somebody who does not exist.
  const booth = new Member(await browser.visitor(), who);
  const wrong = (text) => booth.page.getByRole("alert").getByText(text, { exact: true }).first().waitFor();
  await booth.goesTo(`/ballots/${ballot.id}/vote`);
  await booth.field("member-no").waitFor();
  await booth.button("sign-in-button").click();
  await wrong(t("booth-member-missing"));
  await wrong(t("booth-password-missing"));
  const nobody = new Member(booth.visitor, { no: "no such member", password: "not the password" });
  await nobody.signsIn();
  await wrong(t("sign-in-wrong"));
  const tries = async (password) => {
    const [response] = await Promise.all([booth.page.waitForResponse(/\/sessions$/), booth.signsIn(password)]);
    return response.ok() ? {} : response.json();
  };
  // A few are free; then each has to wait longer than the one before.
  let wait = 0;
  for (let tried = 0; wait < LONG && tried < MOST_TRIES; tried += 1) {
    const { code, retry_after } = await tries("not the password");
    expect(["wrong_credentials", "too_many_attempts"].includes(code), code);
    await wrong(t(code === "wrong_credentials" ? "sign-in-wrong" : "too-many-attempts"));
    wait = retry_after ?? 0;
    await stage.ask("pass", { seconds: wait < LONG ? wait : 0 });
  }
  expect(wait >= LONG, "there is a limit");
  expect.equal((await tries(who.password)).code, "too_many_attempts", "the right password, too early");
  await wrong(t("too-many-attempts"));
  await stage.ask("pass", { seconds: wait });
  await booth.signsIn();
  await booth.beforeBeginning();

  // Who is not on the list.
  const { unit } = stage.members.find((one) => one.unit !== who.unit);
  const theirs = await stage.openBallot({ title: "Theirs", more: `[eligible]\nunit = ["${unit}"]\n` });
  await booth.goesTo(`/ballots/${theirs.id}`);
  await booth.reads(t("ballot-not-eligible", { contact: "Election committee, 555-0100" }));
  await booth.goesTo(`/ballots/${theirs.id}/vote`);
  await booth.sees("booth-not-eligible-title");
  await booth.goesTo(`/ballots/${ballot.id}x/vote`);
  await booth.sees("problem-not-found-title");

  // Signing out leaves nothing in the browser.
  await booth.goesTo("/");
  await booth.page.evaluate(() => {
    sessionStorage.setItem("left", "behind");
    localStorage.setItem("left", "behind");
  });
  await booth.button("nav-sign-out", { name: who.name }).click();
  await booth.reads(t("signed-out"));
  const { session, local, cookies } = await keptBy(booth.page);
  expect.equal([session, local, cookies], [{}, {}, []], "what is left after signing out");
}
