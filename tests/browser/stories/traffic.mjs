// Neither voting code nor choice leaves the browser or stays in it: everything that was sent is searched, and everything that
// is stored. The search is shown to find what is planted.
import { expect } from "../lib/expect.mjs";
import { Member } from "../lib/member.mjs";
import { found, keptBy, nothingKept, nothingSent, spellings } from "../lib/search.mjs";

const CHOICES = ["Marmalade", "Turpentine"];
/** The fields of a sealed vote; nothing else may stand in one. */
const FIELDS = {
  vote: ["election_uuid", "election_hash", "credential", "answers", "signature"],
  answer: ["choices", "individual_proofs", "overall_proof", "blank_proof"],
};

export default async function story({ stage, browser }) {
  const ballot = await stage.openBallot();
  const shapes = [];
  for (const [i, answer] of [...CHOICES, null].entries()) {
    const member = new Member(await browser.visitor(), await stage.activeMember());
    const code = ballot.code(member.who);
    const secrets = spellings(code);
    // By typing, by link, and with a slip and a change of mind on the way.
    if (i === 0) {
      await member.entersBooth(ballot, `#${code}`);
      await member.begins();
    } else {
      await member.entersBooth(ballot);
      await member.begins();
      await member.typesCode(`${code.slice(0, -1)}?`);
      await member.page.getByRole("alert").waitFor();
      await member.typesCode(i === 1 ? code : code.toLowerCase().replaceAll("-", ""));
    }
    await member.chooses(CHOICES[1 - (i % 2)]);
    await member.checks();
    await nothingKept(member.visitor, [...secrets, ...CHOICES]);
    await member.press("booth-back");
    await member.chooses(answer ?? member.t("booth-blank"));
    await member.checks();
    const held = hold(member.page);
    await member.press("booth-cast");
    const release = await held;
    // While it is on its way the sealed vote is stored, and nothing else.
    await nothingKept(member.visitor, [...secrets, ...CHOICES]);
    const { session, local } = await keptBy(member.page);
    expect(Object.keys(session).length === 1 && Object.keys(local).length === 0, "only the sealed vote is stored");
    await release();
    await member.getsReceipt();
    await nothingKept(member.visitor, [...secrets, ...CHOICES]);
    await nothingSent(member.visitor, [...secrets, ...CHOICES]);
    shapes.push(await shape(member.visitor));
  }
  expect.equal(shapes[1], shapes[2], "what is sent looks alike, whatever was chosen");
  await planted(stage, browser, ballot);
  const log = await stage.ask("log");
  expect.equal(found(log, Object.values(ballot.codes).flatMap(spellings)), [], "codes in the server's log");
}

/** Holds the vote back; resolves, as soon as it is there, to what lets it go. */
function hold(page) {
  return new Promise((there) => {
    page.route(/\/votes$/, (route) => there(() => route.continue()), { times: 1 });
  });
}

/** What was sent, without what must differ from vote to vote. */
async function shape(visitor) {
  const sent = (await visitor.sent()).filter(({ url }) => url.includes("/api/"));
  return sent.map(({ method, url, headers, body }) => {
    if (!url.endsWith("/votes")) {
      return [method, new URL(url).pathname, Object.keys(body ? JSON.parse(body) : {})];
    }
    const vote = JSON.parse(body);
    expect.equal(Object.keys(vote), FIELDS.vote, "fields of a sealed vote");
    for (const answer of vote.answers) {
      expect.equal(Object.keys(answer), FIELDS.answer, "fields of a sealed answer");
    }
    const choices = vote.answers.map(({ choices }) => choices.length);
    // The eighths of its points, 32 bytes each, in Base64.
    const points = 2 * choices.reduce((sum, count) => sum + count, 0);
    expect.equal(headers["scrutineer-eighths"]?.length, Math.ceil((points * 32 * 4) / 3), "length of the eighths");
    return [method, new URL(url).pathname, choices];
  });
}

/** What is sent or kept on purpose is found, in each place and spelling. */
async function planted(stage, browser, ballot) {
  const member = new Member(await browser.visitor(), await stage.activeMember());
  const code = ballot.code(member.who);
  const secrets = spellings(code);
  // A page from which something can be sent.
  const page = `/ballots/${ballot.id}/vote`;
  await member.goesTo(page);
  const places = {
    address: (text) => fetch(`/?${encodeURIComponent(text)}`),
    body: (text) => fetch("/api/v1/sessions", { method: "POST", body: JSON.stringify({ member_no: text }) }),
    headers: (text) => fetch("/", { headers: { "x-planted": encodeURIComponent(text) } }),
  };
  for (const [place, send] of Object.entries(places)) {
    for (const text of [...secrets, code.toLowerCase().replaceAll("-", " "), CHOICES[0]]) {
      member.visitor.requests.length = 0;
      await member.page.evaluate(send, text);
      const error = await nothingSent(member.visitor, [...secrets, ...CHOICES]).then(() => null, String);
      expect(error?.includes(place), `${text} in the ${place} is found: ${error}`);
    }
  }
  const keeps = {
    session: (text) => sessionStorage.setItem("planted", text),
    local: (text) => localStorage.setItem("planted", text),
    state: (text) => history.replaceState({ planted: text }, ""),
    address: (text) => history.replaceState(null, "", `#${text}`),
    cookies: (text) => { document.cookie = `planted=${text}`; },
  };
  for (const [place, keep] of Object.entries(keeps)) {
    await member.goesTo(page);
    await member.page.evaluate(() => { sessionStorage.clear(); localStorage.clear(); });
    await member.page.evaluate(keep, code);
    const error = await nothingKept(member.visitor, secrets).then(() => null, String);
    expect(error?.includes("stays in the browser"), `what is kept (${place}) is found: ${error}`);
    await member.visitor.context.clearCookies({ name: "planted" });
  }
}
