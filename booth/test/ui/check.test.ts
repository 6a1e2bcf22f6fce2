// The script of the page "check a receipt": what it takes out of the address, and what it leaves there.
import assert from "node:assert/strict";
import { test } from "node:test";

const TRACKER = "wLBRDjgXqPKQnu/ZZnLCKqhRTrHR6Wd+A5PJ3HUxjyY";
const WORDS = "abandon ability able about above absent absorb abstract absurd abuse access acid";

/** As much of a browser's page as the script uses. */
const page = {
  field: { value: "", form: { requestSubmit: () => page.sent.push(page.field.value) } },
  sent: [] as string[],
  location: { hash: "", pathname: "/check", search: "" },
  listeners: new Map<string, () => void>(),
};

function given(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

given("location", page.location);
given("history", { state: null, replaceState: () => (page.location.hash = "") });
const listen = (name: string, act: () => void) => page.listeners.set(name, act);
given("addEventListener", listen);
given("document", { addEventListener: listen, querySelector: () => page.field });

page.location.hash = `#${TRACKER}`;
await import("../../src/check.js");

function follow(hash: string): void {
  page.sent.length = 0;
  page.location.hash = hash;
  page.listeners.get("hashchange")?.();
}

test("a link's tracker is taken out of the address and sent, once", () => {
  assert.equal(page.location.hash, "");
  page.listeners.get("DOMContentLoaded")?.();
  assert.deepEqual(page.sent, [TRACKER]);
  page.listeners.get("DOMContentLoaded")?.();
  assert.deepEqual(page.sent, [TRACKER]);
});

test("a second link in the same window does the same, also with its words", () => {
  follow(`#${TRACKER}`);
  assert.deepEqual(page.sent, [TRACKER]);
  follow(`#${encodeURIComponent(WORDS)}`);
  assert.deepEqual([page.sent, page.location.hash], [[WORDS], ""]);
});

test("the links within the page lead to where they say, and send nothing", () => {
  for (const hash of ["#tracker", "#main", "#", ""]) {
    page.field.value = "as typed";
    follow(hash);
    assert.deepEqual([page.sent, page.location.hash, page.field.value], [[], hash, "as typed"]);
  }
});
