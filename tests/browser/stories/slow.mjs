// On a device that is four times as slow: ten answers are sealed in a worker, and the page stays alive meanwhile.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";

export default async function story({ stage, browser }) {
  const answers = Array.from({ length: 10 }, (_, i) => `"Answer ${String.fromCharCode(65 + i)}"`).join(", ");
  const ballot = await stage.openBallot({
    questions: [`text = "Up to five of ten?"\nanswers = [${answers}]\nchoose = { min = 1, max = 5 }\nblank = true`],
  });
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const { page } = member;
  const session = await member.visitor.context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await member.entersBooth(ballot);
  const workers = page.workers().length;
  expect.equal(workers, 1, "workers");
  await member.begins();
  await member.typesCode(ballot.code(member.who));
  for (const letter of "ACE") {
    await member.answer(`Answer ${letter}`).check();
  }
  // Counts the pictures that the page could draw between Continue and the sealed vote.
  await page.evaluate(() => {
    const count = () => {
      globalThis.drawn = (globalThis.drawn ?? 0) + 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  await page.evaluate(() => { globalThis.drawn = 0; });
  await member.press("booth-continue");
  await member.checks();
  const drawn = await page.evaluate(() => globalThis.drawn);
  expect(drawn > 0, "the page was alive while the vote was sealed");
  await member.casts();
  await session.detach();
}
