// A strict reader of JSON. The browser's own takes the last of two fields with one name, so that two readers could see two
// elections in the same bytes; this one refuses them. Whole numbers are read as `bigint`, all others as `number`; objects
// become maps.
import { wrongElection } from "./error.js";

export type Json = null | boolean | bigint | number | string | Json[] | Map<string, Json>;

/** Deeper nesting than this is refused. */
const DEEPEST = 64;

/** Reads one JSON document of UTF-8 bytes. */
export function parseJson(what: string, bytes: Uint8Array): Json {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw wrongElection(`${what}: is not UTF-8`);
  }
  return new Reader(what, text).document();
}

class Reader {
  #at = 0;

  constructor(
    private readonly what: string,
    private readonly text: string,
  ) {}

  document(): Json {
    const value = this.#value(0);
    this.#blanks();
    if (this.#at < this.text.length) {
      throw this.#wrong("something follows the document");
    }
    return value;
  }

  #wrong(why: string): Error {
    return wrongElection(`${this.what}: is not strict JSON at character ${this.#at}: ${why}`);
  }

  #blanks(): void {
    this.#take(/[ \t\n\r]*/y);
  }

  /** Takes what matches here; the empty text where nothing does. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #sign(sign: string): boolean {
    this.#blanks();
    const here = this.text[this.#at] === sign;
    if (here) {
      this.#at++;
    }
    return here;
  }

  #value(depth: number): Json {
    if (depth > DEEPEST) {
      throw this.#wrong("nested too deeply");
    }
    this.#blanks();
    const first = this.text[this.#at];
    if (first === '"') {
      return this.#string();
    }
    if (this.#sign("{")) {
      return this.#object(depth);
    }
    if (this.#sign("[")) {
      return this.#array(depth);
    }
    const word = this.#take(/true|false|null/y);
    if (word !== "") {
      return word === "null" ? null : word === "true";
    }
    const number = this.#take(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    if (number === "") {
      throw this.#wrong("no value");
    }
    return /^-?[0-9]{1,40}$/.test(number) ? BigInt(number) : Number(number);
  }

  #object(depth: number): Json {
    const fields = new Map<string, Json>();
    if (this.#sign("}")) {
      return fields;
    }
    do {
      this.#blanks();
      const name = this.#string();
      if (fields.has(name)) {
        throw this.#wrong("a field stands twice");
      }
      if (!this.#sign(":")) {
        throw this.#wrong("a colon is missing");
      }
      fields.set(name, this.#value(depth + 1));
    } while (this.#sign(","));
    if (!this.#sign("}")) {
      throw this.#wrong("the object does not end");
    }
    return fields;
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    if (this.#sign("]")) {
      return items;
    }
    do {
      items.push(this.#value(depth + 1));
    } while (this.#sign(","));
    if (!this.#sign("]")) {
      throw this.#wrong("the array does not end");
    }
    return items;
  }

  #string(): string {
    const start = this.#at;
    let here = this.#take(/"/y);
    // Piece by piece, so that no text, however odd, takes longer than its length.
    while (here !== "" && this.text[this.#at] !== '"') {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a string may not hold unescaped
      here = this.#take(/[^"\\\u0000-\u001f]+/y) || this.#take(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y);
    }
    if (here === "") {
      throw this.#wrong("no string");
    }
    this.#at++;
    const text = JSON.parse(this.text.slice(start, this.#at)) as string;
    if (/[\ud800-\udfff]/u.test(text)) {
      throw this.#wrong("half of a pair of surrogates");
    }
    return text;
  }
}
