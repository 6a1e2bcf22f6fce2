// The texts of the booth in the languages that it speaks, from the same Fluent files as the server's pages.

import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import boothEn from "../../../i18n/en/booth.ftl";
import commonEn from "../../../i18n/en/common.ftl";
import boothEs from "../../../i18n/es/booth.ftl";
import commonEs from "../../../i18n/es/common.ftl";
import boothPl from "../../../i18n/pl/booth.ftl";
import commonPl from "../../../i18n/pl/common.ftl";

export const SOURCES = {
  en: [commonEn, boothEn],
  es: [commonEs, boothEs],
  pl: [commonPl, boothPl],
} as const;

export type Language = keyof typeof SOURCES;

export const LANGUAGES = Object.keys(SOURCES) as Language[];

/** A text by its identifier. */
export type Translate = (id: string, variables?: Record<string, FluentVariable>) => string;

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(SOURCES, tag);
}

const made = new Map<Language, Translate>();

export function textsIn(language: Language): Translate {
  let translate = made.get(language);
  if (!translate) {
    // Invisible marks around variables would be copied along with numbers.
    const bundle = new FluentBundle(language, { useIsolating: false });
    for (const source of SOURCES[language]) {
      bundle.addResource(new FluentResource(source));
    }
    translate = (id, variables) => {
      const message = bundle.getMessage(id);
      return message?.value ? bundle.formatPattern(message.value, variables ?? null, []) : id;
    };
    made.set(language, translate);
  }
  return translate;
}

/** How long to wait, in the largest unit that is not too coarse. */
export function waitText(t: Translate, seconds: number): string {
  return seconds < 100
    ? t("wait-seconds", { seconds: Math.max(1, Math.ceil(seconds)) })
    : t("wait-minutes", { minutes: Math.ceil(seconds / 60) });
}
