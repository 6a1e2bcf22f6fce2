// The booth: where a member chooses, seals and casts a vote. The server embeds the result of building this file; the same
// file runs as the worker that seals, so that one hash covers everything.
import { serve, type WorkerScope } from "./worker.js";

if (typeof document === "undefined") {
  serve(globalThis as unknown as WorkerScope);
} else if (location.hash !== "") {
  // The first act: a voting code that came by link leaves the address and the history.
  history.replaceState(history.state, "", location.pathname + location.search);
}
