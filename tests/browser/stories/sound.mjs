// Every state of every page, in one language: nothing that axe finds, and no scrolling sideways at 320 px. Where
// SCRUTINEER_LOOK names a folder, pictures of them all are put there, for people to look at.
import { pictures } from "../lib/pictures.mjs";
import { sound } from "../lib/sound.mjs";
import { tour } from "../lib/tour.mjs";

export default async function story({ stage, browser, language }) {
  const at = async (visitor, name) => {
    await sound(visitor, name);
    if (stage.look) {
      await pictures(visitor.page, stage.look, language, name);
    }
  };
  await tour({ stage, browser, language, at });
}
