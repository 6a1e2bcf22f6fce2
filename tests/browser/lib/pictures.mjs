// Pictures of a page at 320 and 1280 px, light and dark: LANGUAGE/WIDTH-SCHEME/NAME.png.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export async function pictures(page, folder, language, name) {
  const before = page.viewportSize();
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const place = join(folder, language, `${width}-${colorScheme}`);
      mkdirSync(place, { recursive: true });
      await page.screenshot({ path: join(place, `${name}.png`), fullPage: true, animations: "disabled" });
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}
