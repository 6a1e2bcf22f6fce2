// A member comes by a link whose fragment carries the code: it is gone from address and history before anything else has
// loaded, stays in memory while the member signs in, and need not be typed.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { keptBy, nothingKept, nothingSent, spellings } from "../lib/search.mjs";

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const code = ballot.code(member.who);
  await goneBeforeAnythingElse(member, `/ballots/${ballot.id}/vote#${code}`, code);
  await nothingKept(member.visitor, spellings(code));
  await member.reads(member.t("booth-sign-in-code"));
  await member.signsIn();
  await member.beforeBeginning();
  // The page's head was made for nobody in particular; now it offers to sign out.
  const signOut = member.t("booth-sign-out");
  await member.page.getByRole("banner").getByRole("button", { name: signOut }).waitFor();
  await member.reads(member.t("booth-code-came"));
  await member.begins();
  await member.chooses("Marmalade");
  const sealed = await member.checks();
  await nothingKept(member.visitor, spellings(code));
  expect.equal(await member.casts(), sealed, "receipt");

  // Signed in already, by the same link in lower case and without dashes: the code is known at once.
  await member.goesTo("/");
  await member.goesTo(`/ballots/${ballot.id}/vote#${code.replaceAll("-", "").toLowerCase()}`);
  await member.beforeBeginning();
  await member.reads(member.t("booth-code-came"));
  await member.begins();
  await member.answer("Turpentine").waitFor();
  // A reload forgets it: it lived in memory alone.
  await member.page.reload();
  await member.beforeBeginning();
  await member.begins();
  await member.field("booth-code").waitFor();

  // A link with a mistake is named, and the code can be typed.
  await member.goesTo("/");
  await member.goesTo(`/ballots/${ballot.id}/vote#${wrong(code)}`);
  await member.beforeBeginning();
  await member.reads(member.t("booth-code-broken"));
  await member.begins();
  await member.typesCode(code);
  await member.answer("Turpentine").waitFor();
  await nothingSent(member.visitor, spellings(code));
  const { history } = await keptBy(member.page);
  expect(!history.some(({ url }) => url.includes("#")), "no fragment in the history");
}

const OTHERS = /\.css$|\.svg$|\/api\//;
/** How often to look for a fragment that should be gone: many times what it takes. */
const MOST_LOOKS = 2000;

/** Opens a link and holds back whatever the page loads beside its script until the fragment is gone. */
async function goneBeforeAnythingElse(member, link, code) {
  const session = await member.visitor.context.newCDPSession(member.page);
  const isGone = async () => {
    const { entries } = await session.send("Page.getNavigationHistory");
    return !entries.some(({ url }) => url.includes(code));
  };
  const kept = [];
  let held = 0;
  await member.page.route(OTHERS, async (route) => {
    held += 1;
    let tries = 0;
    while (!(await isGone()) && tries < MOST_LOOKS) {
      tries += 1;
    }
    if (tries === MOST_LOOKS) {
      kept.push(route.request().url());
    }
    await route.continue();
  });
  await member.goesTo(link);
  await member.field("member-no").waitFor();
  expect(held > 0, "something was loaded beside the script");
  expect.equal(kept, [], "loaded while the fragment was still there");
  await member.page.unroute(OTHERS);
  await session.detach();
}

/** The code with one other letter. */
function wrong(code) {
  return code.slice(0, 5) + (code[5] === "0" ? "1" : "0") + code.slice(6);
}
