// The same for a browser: a page that seals in a worker, as the booth's does, with the browser's own randomness. The page
// answers through the global function `answer`.
import { Sealer } from "../../src/seal/sealer.js";
import { serve, startWorker, type WorkerScope } from "../../src/worker.js";
import { answer, type Request } from "../answer.js";

if (typeof document === "undefined") {
  serve(globalThis as unknown as WorkerScope);
} else {
  const sealer = new Sealer(startWorker((document.currentScript as HTMLScriptElement).src));
  Object.assign(globalThis, { answer: (request: Request) => answer(request, () => sealer) });
}
