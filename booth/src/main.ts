// The booth: where a member chooses, seals and casts a vote. The server embeds the result of building this file; the same
// file runs as the worker that seals, so that one hash covers everything.

// The first act: a voting code that came by link leaves the address and the history.
const fragment = typeof document === "undefined" ? "" : location.hash.slice(1);
if (fragment !== "") {
  history.replaceState(history.state, "", location.pathname + location.search);
}
