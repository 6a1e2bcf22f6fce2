// Pictures of every state of every page, for people to look at: 320 and 1280 px, light and dark, in each language. Not part of
// the tests; the folder is named by SCRUTINEER_LOOK.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGES } from "../lib/texts.mjs";
import { tour } from "../lib/tour.mjs";

export default async function story({ stage, browser }) {
  if (!stage.look) {
    throw new Error("SCRUTINEER_LOOK names no folder");
  }
  const at = async ({ page, language }, name) => {
    const before = page.viewportSize();
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        const folder = join(stage.look, language, `${width}-${colorScheme}`);
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: "disabled" });
      }
    }
    await page.setViewportSize(before);
    await page.emulateMedia({ colorScheme: null });
  };
  await tour({ stage, browser, languages: LANGUAGES, at });
}
