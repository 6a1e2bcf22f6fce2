// Runs the booth's sealing in Chromium: node chromium.mjs SCRIPT. Answers one request a line, as the program for node does.
// The page exists nowhere but here, under the same policy as the server's pages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { chromium } = createRequire(new URL("../browser/package.json", import.meta.url))("playwright-core");
const script = readFileSync(process.argv[2], "utf8");
const ORIGIN = "https://booth.test";
const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types booth";

const browser = await chromium.launch({
  executablePath: process.env.SCRUTINEER_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
  // The sandbox does not start for root.
  chromiumSandbox: process.getuid?.() !== 0,
});
try {
  const page = await browser.newPage();
  await page.route("**/*", (route) => {
    const isScript = route.request().url() === `${ORIGIN}/booth.js`;
    return route.fulfill({
      body: isScript ? script : '<!doctype html><title>booth</title><script src="/booth.js"></script>',
      contentType: isScript ? "text/javascript" : "text/html",
      headers: { "content-security-policy": POLICY },
    });
  });
  await page.goto(ORIGIN);
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await page.evaluate((request) => globalThis.answer(request), JSON.parse(line));
    if (page.workers().length !== 1) {
      throw new Error("the page has no worker");
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
} finally {
  await browser.close();
}
