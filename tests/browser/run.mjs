// Plays one story in Chromium: node run.mjs STORY [LANGUAGE]. Started by the Rust tests (stage.rs), which say on stdin what there is
// and do what the story asks for.
import { readdirSync } from "node:fs";
import { Browser } from "./lib/browser.mjs";
import { Stage } from "./lib/stage.mjs";

const [, , name = "", language = "en"] = process.argv;
const known = readdirSync(new URL("stories/", import.meta.url)).map((file) => file.replace(/\.mjs$/, ""));
if (!known.includes(name)) {
  process.stderr.write(`${name} is no story; there are ${known.join(", ")}\n`);
  process.exit(2);
}
const { default: story } = await import(`./stories/${name}.mjs`);

const stage = await Stage.enter();
const browser = await Browser.start(stage);
try {
  await story({ stage, browser, language });
  await browser.nothingAmiss();
} catch (error) {
  await browser.showWhatIsThere();
  stage.say(error.stack ?? String(error));
  process.exitCode = 1;
} finally {
  await browser.close();
  stage.leave();
}
