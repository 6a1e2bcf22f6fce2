// The whole way with the keyboard alone: each step begins at its heading, the focus is always visible, nothing traps it.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";

const MOST_TABS = 40;

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const who = await stage.activeMember();
  const member = new Member(await browser.visitor({ viewport: { width: 800, height: 700 } }), who);
  const { page, t } = member;
  const { keyboard } = page;
  const type = async (label, text) => {
    await tabTo(page, label);
    await keyboard.type(text);
  };

  // The first thing to be reached skips what stands on every page.
  await member.goesTo("/sign-in");
  await keyboard.press("Tab");
  expect.equal(await focused(page), t("skip-to-content"), "the first stop");
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  expect.equal(await focused(page), t("member-no"), "the first stop of the content");

  await member.goesTo(`/ballots/${ballot.id}/vote`);
  await member.field("member-no").waitFor();
  await type(t("member-no"), who.no);
  await type(t("password"), who.password);
  await keyboard.press("Enter");
  await member.beforeBeginning();
  await atHeading(page);
  await press(page, t("booth-begin"));
  await member.field("booth-code").waitFor();
  await atHeading(page);
  await type(t("booth-code"), "nonsense");
  await keyboard.press("Enter");
  // The list of what is wrong takes the focus, and its link leads to the field.
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("alert").evaluate((list) => list === document.activeElement), "the summary has the focus");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  expect.equal(await focused(page), t("booth-code"), "the field that the summary names");
  await keyboard.press("ControlOrMeta+A");
  await keyboard.type(ballot.code(who));
  await keyboard.press("Enter");
  await member.answer("Marmalade").waitFor();
  await atHeading(page);
  await keyboard.press("Tab");
  await keyboard.press("Space");
  await keyboard.press("ArrowDown");
  expect(await member.answer("Turpentine").isChecked(), "arrows choose");
  await keyboard.press("Enter");
  await member.checks();
  await atHeading(page);
  await member.reads("Turpentine");
  await press(page, t("booth-back"));
  await member.answer("Turpentine").waitFor();
  await atHeading(page);
  await press(page, t("booth-continue"));
  await member.checks();
  await press(page, t("booth-cast"));
  const tracker = await member.getsReceipt();
  await atHeading(page);
  await press(page, t("booth-check-receipt"));
  await member.sees("check-title");
  await type(t("check-field"), tracker);
  await keyboard.press("Enter");
  await page.getByRole("status").first().waitFor();
  await stage.ask("close", { id: ballot.id });
  expect.equal(await stage.counts(ballot.id), { Marmalade: 0, Turpentine: 1 }, "what is counted");
}

/** The name of what has the focus: its label, or its text. */
async function focused(page) {
  return page.evaluate(() => {
    const { activeElement: element } = document;
    if (["H1", "BODY"].includes(element.tagName)) {
      return null;
    }
    const label = element.labels?.[0] ?? element;
    return (element.getAttribute("aria-label") ?? label.innerText).trim();
  });
}

/** Each step begins at its heading. */
async function atHeading(page) {
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  const title = await page.title();
  const heading = await page.evaluate(() => document.activeElement.innerText);
  expect.holds(title, heading);
}

/** Goes on with the Tab key until this has the focus. */
async function tabTo(page, name) {
  for (let i = 0; i < MOST_TABS; i += 1) {
    if ((await focused(page)) === name) {
      await visible(page, name);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`“${name}” cannot be reached with the Tab key`);
}

async function press(page, name) {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

/** What has the focus is marked, and on the screen. */
async function visible(page, name) {
  const { marked, inside } = await page.evaluate(() => {
    const { activeElement: element } = document;
    const { top, bottom } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
      marked: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
      inside: bottom > 0 && top < innerHeight,
    };
  });
  expect(marked, `the focus on “${name}” is marked`);
  expect(inside, `“${name}” is on the screen`);
}
