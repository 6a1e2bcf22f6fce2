// What makes the scripts smaller without changing what they do: plugins of the build, for the scripts alone.
import { readFileSync } from "node:fs";

/** Fluent files without comments and empty lines. */
const texts = {
  name: "texts",
  setup(build) {
    build.onLoad({ filter: /\.ftl$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^(#.*)?\n/gm, ""),
      loader: "text",
    }));
  },
};

/** The sorted word list, each word as how many letters it begins with of the word before, and the rest. */
const words = {
  name: "words",
  setup(build) {
    build.onLoad({ filter: /@scure\/bip39\/wordlists\/english\.js$/ }, async ({ path }) => {
      const { wordlist } = await import(path);
      const packed = pack(wordlist);
      if (unpack(packed).join() !== wordlist.join()) {
        throw new Error("the word list cannot be packed");
      }
      return {
        contents: `${unpack}\nexport const wordlist = ${unpack.name}(${JSON.stringify(packed)});\n`,
        loader: "js",
      };
    });
  },
};

function pack(all) {
  return all
    .map((word, i) => {
      const before = all[i - 1] ?? "";
      let same = 0;
      while (same < 9 && same < word.length && word[same] === before[same]) {
        same++;
      }
      return same + word.slice(same);
    })
    .join("");
}

/** Also written into the script as it stands here. */
function unpack(packed) {
  let before = "";
  return packed.match(/\d\D*/g).map((one) => {
    before = before.slice(0, one[0]) + one.slice(1);
    return before;
  });
}

export const smaller = [texts, words];
