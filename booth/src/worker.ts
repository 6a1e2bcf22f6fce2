// The worker: the same file as the page's script, started a second time where there is no document.
import { Desk } from "./seal/desk.js";
import { browserRandom } from "./seal/random.js";
import { answer, type Reply, type Request, type WorkerLike } from "./seal/sealer.js";

/** As much of a worker's global scope as is used. */
export interface WorkerScope {
  postMessage(message: Reply): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

/** Answers the page's orders, for as long as the worker lives. */
export function serve(scope: WorkerScope, desk = new Desk(browserRandom)): void {
  scope.addEventListener("message", ({ data }) => {
    scope.postMessage(answer(desk, data as Request));
    // The page shows the ballot by now.
    desk.warmUp();
  });
}

/** The page's side: starts this very script as the worker; null where the browser gives none. */
export function startWorker(script: string): WorkerLike | null {
  try {
    return new Worker(trusted(script)) as WorkerLike;
  } catch {
    return null;
  }
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string;
  };
}

/** Where the browser demands it, makes the address of this very script, and only that, a trusted one. */
function trusted(script: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (types === undefined) {
    return script;
  }
  const policy = types.createPolicy("booth", {
    createScriptURL: (url) => {
      if (url !== script) {
        throw new TypeError("the booth loads no other script");
      }
      return url;
    },
  });
  return policy.createScriptURL(script);
}
