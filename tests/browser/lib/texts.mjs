// The texts of pages and booth, from the files that these have them from.
import { readdirSync, readFileSync } from "node:fs";
import { FluentBundle, FluentResource } from "@fluent/bundle";

const folder = new URL("../../../i18n/", import.meta.url);

export const LANGUAGES = ["en", "es", "pl"];
const bundles = new Map();

/** `t(id, variables)` in a language. Ends with an error where there is no such text. */
export function textsIn(language) {
  if (!bundles.has(language)) {
    const bundle = new FluentBundle(language, { useIsolating: false });
    for (const file of readdirSync(new URL(`${language}/`, folder)).filter((name) => name.endsWith(".ftl"))) {
      bundle.addResource(new FluentResource(readFileSync(new URL(`${language}/${file}`, folder), "utf8")), {
        allowOverrides: true,
      });
    }
    bundles.set(language, bundle);
  }
  const bundle = bundles.get(language);
  return (id, variables = {}) => {
    const message = bundle.getMessage(id);
    if (!message?.value) {
      throw new Error(`no text ${id} in ${language}`);
    }
    const errors = [];
    const text = bundle.formatPattern(message.value, variables, errors);
    if (errors.length > 0) {
      throw errors[0];
    }
    return text;
  };
}
