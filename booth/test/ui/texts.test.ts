// The booth's texts: the same in every language, all of them used, none missing, in words that members know.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { isLanguage, LANGUAGES, SOURCES, textsIn, waitText } from "../../src/ui/texts.js";

declare const BOOTH_ROOT: string;

interface Text {
  variables: string[];
  /** The plural forms of each choice by a variable. */
  forms: string[][];
}

/** Everything in a pattern, as deep as it goes. */
function walk(part: unknown, text: Text): void {
  if (Array.isArray(part)) {
    for (const one of part) {
      walk(one, text);
    }
    return;
  }
  if (typeof part !== "object" || part === null) {
    return;
  }
  const { type, name, selector, variants } = part as {
    type?: string;
    name?: string;
    selector?: unknown;
    variants?: { key: { value: string }; value: unknown }[];
  };
  if (type === "var" && name !== undefined) {
    text.variables.push(name);
  }
  if (type === "select" && variants) {
    walk(selector, text);
    text.forms.push(variants.map(({ key }) => key.value));
    walk(
      variants.map(({ value }) => value),
      text,
    );
  }
}

function read(sources: readonly string[]): Map<string, Text> {
  const texts = new Map<string, Text>();
  for (const source of sources) {
    for (const { id, value } of new FluentResource(source).body) {
      assert.ok(!texts.has(id), `${id} stands there twice`);
      const text: Text = { variables: [], forms: [] };
      walk(value, text);
      text.variables = [...new Set(text.variables)].sort();
      texts.set(id, text);
    }
  }
  return texts;
}

const ALL = new Map(LANGUAGES.map((language) => [language, read(SOURCES[language])]));

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const CODE = files(join(BOOTH_ROOT, "src/ui"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

test("every language has every text with the same variables", () => {
  const english = ALL.get("en");
  assert.ok(english && english.size > 100);
  for (const [language, texts] of ALL) {
    assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), language);
    for (const [id, { variables }] of texts) {
      assert.deepEqual(variables, english.get(id)?.variables, `${language}: ${id}`);
    }
  }
});

test("every file is read to its end", () => {
  for (const language of LANGUAGES) {
    for (const source of SOURCES[language]) {
      const written = [...source.matchAll(/^([a-z][a-z0-9-]*) =/gm)].map(([, id]) => id);
      assert.deepEqual([...read([source]).keys()], written, language);
      const errors = new FluentBundle(language).addResource(new FluentResource(source));
      assert.deepEqual(errors, []);
    }
  }
});

test("every plural form of the language is there", () => {
  for (const [language, texts] of ALL) {
    const expected = { en: ["one", "other"], es: ["one", "other"], pl: ["one", "few", "many"] }[language];
    for (const [id, { forms }] of texts) {
      for (const form of forms) {
        assert.deepEqual(form, expected, `${language}: ${id}`);
      }
    }
  }
});

test("every text is used, and every text that is used is there", () => {
  const used = new Set([...CODE.matchAll(/"(booth-[a-z-]+)"/g)].map(([, id]) => id));
  const english = ALL.get("en") ?? new Map<string, Text>();
  for (const id of english.keys()) {
    assert.ok(!id.startsWith("booth-") || used.has(id), `${id} is used nowhere`);
  }
  for (const [, id] of CODE.matchAll(/\bt\("([a-z-]+)"/g)) {
    used.add(id ?? "");
  }
  for (const id of used) {
    assert.ok(english.has(id ?? ""), `there is no text ${id}`);
  }
});

test("no text uses words that members do not know", () => {
  const banned =
    /encrypt|cifrad|encript|szyfr|\bhash|homom[oó]r|homomorf|credential|credencial|poświadczeni|kryptogr|cr[iy]pto|blockchain/i;
  for (const language of LANGUAGES) {
    for (const source of SOURCES[language]) {
      assert.doesNotMatch(source, banned);
    }
  }
});

test("no text holds markup or an address", () => {
  for (const language of LANGUAGES) {
    for (const source of SOURCES[language]) {
      assert.doesNotMatch(source, /<[a-z/!]|&[a-z]+;|https?:/i);
    }
  }
});

test("texts are formatted with their variables and without invisible marks", () => {
  for (const [language, texts] of ALL) {
    const t = textsIn(language);
    for (const [id, { variables }] of texts) {
      for (const number of [1, 2, 5, 22, 12345]) {
        const text = t(id, Object.fromEntries(variables.map((name) => [name, number])));
        assert.ok(text.trim() !== "" && text !== id, `${language}: ${id}`);
        assert.doesNotMatch(text, /[{}\u2068\u2069]|undefined|null/, `${language}: ${id}`);
      }
    }
  }
});

test("Polish numbers decide the form", () => {
  const t = textsIn("pl");
  const seconds = (seconds: number) => t("booth-cut-next", { seconds });
  assert.equal(seconds(1), "Następna próba za sekundę.");
  assert.equal(seconds(3), "Następna próba za 3 sekundy.");
  assert.equal(seconds(12), "Następna próba za 12 sekund.");
  assert.equal(seconds(22), "Następna próba za 22 sekundy.");
});

test("waits are told in seconds, and long ones in minutes", () => {
  const t = textsIn("en");
  assert.equal(waitText(t, 1), "Try again in one second.");
  assert.equal(waitText(t, 0), "Try again in one second.");
  assert.equal(waitText(t, 99), "Try again in 99 seconds.");
  assert.equal(waitText(t, 100), "Try again in 2 minutes.");
  assert.equal(waitText(t, 900), "Try again in 15 minutes.");
});

test("unknown languages are none of ours", () => {
  assert.ok(isLanguage("pl"));
  for (const tag of ["", "de", "EN", "toString", "__proto__"]) {
    assert.ok(!isLanguage(tag));
  }
});
