// The booth: where a member chooses, seals and casts a vote. The server embeds the result of building this file; the same
// file runs as the worker that seals, so that one hash covers everything.

// The first of all, since it takes a voting code that came by link out of the address before anything else runs.
import { arrivedWith } from "./ui/arrival.js";
import { Booth } from "./ui/booth.js";
import { serve, startWorker, type WorkerScope } from "./worker.js";

if (typeof document === "undefined") {
  serve(globalThis as unknown as WorkerScope);
} else {
  const script = document.currentScript;
  const code = arrivedWith();
  document.addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("booth");
    // Without what the sealing needs, the page keeps saying what to do where it does not start.
    if (root && typeof BigInt === "function" && typeof crypto === "object") {
      const worker = script instanceof HTMLScriptElement ? startWorker(script.src) : null;
      new Booth(root, worker).start(code);
    }
  });
}
