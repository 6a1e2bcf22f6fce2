// The first thing that the booth does, before anything else of it runs: a voting code that came by link leaves the address
// and the history.

/** What stands after `#` in the address, which then no longer holds it; null where there is none. */
export function takeFragment(): string | null {
  const { hash, pathname, search } = location;
  if (hash.length < 2) {
    return null;
  }
  history.replaceState(history.state, "", pathname + search);
  const text = hash.slice(1);
  if (text === "main") {
    // The link that skips to the content.
    return null;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
