// Every state of every page, in each language: nothing that axe finds, and no scrolling sideways at 320 px.
import { LANGUAGES } from "../lib/texts.mjs";
import { sound } from "../lib/sound.mjs";
import { tour } from "../lib/tour.mjs";

export default async function story({ stage, browser }) {
  await tour({ stage, browser, languages: LANGUAGES, at: sound });
}
