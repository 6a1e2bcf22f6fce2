// What must hold of every state of every page: nothing that axe finds, in light and in dark; no scrolling sideways on the
// smallest screen (which is also a large one at 400%); the right language; one heading of the first level.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
/** What differs between light and dark. */
const COLOURS = { type: "rule", values: ["color-contrast"] };
const SMALLEST = { width: 320, height: 640 };

/** Ends with an error if the page, as it is now, has anything wrong with it. */
export async function sound(visitor, name) {
  const { page } = visitor;
  const before = page.viewportSize();
  await page.setViewportSize(SMALLEST);
  const wrong = await shape(page, visitor.language);
  for (const [colorScheme, rules] of [["light", RULES], ["dark", COLOURS]]) {
    await page.emulateMedia({ colorScheme });
    wrong.push(...(await violations(page, rules)).map((found) => `${found} (${colorScheme})`));
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
  if (wrong.length > 0) {
    throw new Error(`${name}, ${visitor.language}, ${visitor.path}:\n${wrong.join("\n")}`);
  }
}

async function violations(page, runOnly) {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(`${axe};0`);
  }
  const found = await page.evaluate(async (runOnly) => {
    const { violations } = await globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => `${html}\n    ${failureSummary}`),
    }));
  }, runOnly);
  return found.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.join("\n  ")}`);
}

async function shape(page, language) {
  const { lang, wide, out, headings, title } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    wide: document.scrollingElement.scrollWidth - innerWidth,
    // What sticks out, to find it; pictures and tables may scroll in a box of their own.
    out: [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 160)),
    headings: [...document.querySelectorAll("h1")].filter((heading) => heading.checkVisibility()).length,
    title: document.title,
  }));
  return [
    ...(lang === language ? [] : [`the page says that it is in ${lang}`]),
    ...(wide <= 0 ? [] : [`${wide} px too wide: ${out.join("\n  ")}`]),
    ...(headings === 1 ? [] : [`${headings} headings of the first level`]),
    ...(title.trim() === "" ? ["no title"] : []),
  ];
}
