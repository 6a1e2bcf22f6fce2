// Looks for secrets in everything that left the browser, and in everything that stays in it.
const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Every way in which a voting code could be written. */
export function spellings(code) {
  const digits = code.replace(/[^0-9A-Z]/gi, "").toUpperCase();
  const number = [...digits.slice(0, 26)].reduce((sum, digit) => sum * 32n + BigInt(BASE32.indexOf(digit)), 0n);
  let rest = number;
  const belenios = Array.from({ length: 22 }, () => {
    const digit = BASE58[Number(rest % 58n)];
    rest /= 58n;
    return digit;
  }).reverse().join("");
  const bytes = Buffer.from(number.toString(16).padStart(32, "0"), "hex");
  return [
    code,
    digits,
    digits.slice(0, 26),
    digits.slice(0, 13),
    belenios,
    [belenios.slice(0, 5), belenios.slice(5, 11), belenios.slice(11, 16), belenios.slice(16)].join("-"),
    number.toString(10),
    number.toString(16),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
  ];
}

/** Which of these texts stand in `hay`, however case, blanks, dashes and escapes are written. */
export function found(hay, texts) {
  const written = [hay, unescaped(hay)].flatMap((text) => [text, text.replace(/[\s-]/g, "")]);
  const places = written.map((text) => text.toLowerCase());
  return texts.filter((text) => {
    const wanted = [text, text.replace(/[\s-]/g, ""), encodeURIComponent(text)].map((one) => one.toLowerCase());
    return places.some((place) => wanted.some((one) => place.includes(one)));
  });
}

function unescaped(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Ends with an error if anything that a visitor sent holds one of these texts. */
export async function nothingSent(visitor, texts) {
  for (const { method, url, headers, body } of await visitor.sent()) {
    for (const [where, hay] of [["address", url], ["headers", JSON.stringify(headers)], ["body", body]]) {
      const hits = found(hay, texts);
      if (hits.length > 0) {
        throw new Error(`${method} ${url} holds ${hits.join(", ")} in its ${where}`);
      }
    }
  }
}

/** Ends with an error if anything that a page leaves in the browser holds one of these texts. */
export async function nothingKept(visitor, texts) {
  const kept = await keptBy(visitor.page);
  const hits = found(JSON.stringify(kept), texts);
  if (hits.length > 0) {
    throw new Error(`${hits.join(", ")} stays in the browser: ${JSON.stringify(kept)}`);
  }
}

/** Everything that a page leaves in the browser. */
export async function keptBy(page) {
  const session = await page.context().newCDPSession(page);
  const { entries } = await session.send("Page.getNavigationHistory");
  await session.detach();
  const stores = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    state: history.state,
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    address: location.href,
    title: document.title,
    window: window.name,
  }));
  // What somebody typed is known to whoever typed it; where the history leads is what counts.
  const history = entries.map(({ url, title }) => ({ url, title }));
  return { ...stores, cookies: await page.context().cookies(), history };
}
