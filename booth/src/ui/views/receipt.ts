// Step 4: the receipt. It never shows the choices.

import encodeQR from "qr";
import { trackerWords } from "../../seal/tracker.js";
import { fill, h, say, svg } from "../dom.js";
import type { Page, Receipt, State } from "../types.js";
import {
  actions,
  ballotLink,
  button,
  checkLink,
  heading,
  help,
  type Maker,
  notice,
  quiet,
  steps,
  type View,
} from "./parts.js";
import { fileName } from "./review.js";

/** What the page of the receipt has done for it by the browser. */
export interface Desk {
  readonly save: (name: string, text: string) => void;
  readonly copy: (text: string) => Promise<boolean>;
  readonly print: () => void;
  readonly origin: string;
}

export function receipt(maker: Maker, page: Extract<Page, { at: "receipt" }>, desk: Desk): View {
  const { t, state } = maker;
  const { tracker } = page.receipt;
  const copied = h("span", { role: "status", class: "quiet" });
  const number = h("p", { class: "tracker", id: "tracker" }, tracker);
  const copy = async () => {
    const done = await desk.copy(tracker);
    if (done) {
      say(copied, t("booth-receipt-copied"));
    } else {
      // At least it is marked, for the keys that copy.
      getSelection()?.selectAllChildren(number);
    }
  };
  const signature = h("div", { role: "status" });
  let shown: boolean | null | undefined;
  const update = ({ page: now }: State) => {
    if (now.at === "receipt" && now.genuine !== shown) {
      shown = now.genuine;
      fill(
        signature,
        shown === null
          ? null
          : shown
            ? [notice("good", t("booth-receipt-done")), quiet(t("booth-receipt-genuine"))]
            : [notice("bad", t("booth-receipt-wrong")), help(maker)],
      );
    }
  };
  const minutes = Math.max(1, Math.round((state.info?.record_step ?? 60) / 60));
  const link = `${desk.origin}/check#${encodeURI(tracker)}`;
  return {
    heading: t("booth-receipt"),
    content: [
      steps(t("booth-steps", { step: 4 })),
      heading(t("booth-receipt")),
      h("p", { class: "print-only" }, state.info?.title),
      signature,
      h("p", {}, t("booth-receipt-for")),
      h("h2", {}, t("booth-number")),
      number,
      actions(
        button(t("booth-receipt-save"), () =>
          desk.save(fileName("receipt", tracker), receiptFile(page.receipt)),
        ),
        button(t("booth-receipt-print"), desk.print, "button second"),
        button(t("booth-receipt-copy"), () => void copy(), "button second"),
        copied,
      ),
      h("p", { class: "quiet screen-only" }, t("booth-receipt-gone")),
      h("h3", {}, t("booth-receipt-words")),
      h(
        "ol",
        { class: "words", lang: "en" },
        trackerWords(tracker).map((word) => h("li", {}, word)),
      ),
      h("h3", { id: "qr" }, t("booth-receipt-qr")),
      h("div", { class: "qr" }, qr(link)),
      h("p", {}, t("booth-receipt-step", { minutes })),
      h("p", {}, t("booth-receipt-again")),
      actions(
        checkLink(maker),
        ballotLink(maker),
        h("a", { href: "/" }, t("booth-my-ballots")),
        h(
          "form",
          { method: "post", action: "/sign-out" },
          h("button", { class: "link" }, t("booth-sign-out")),
        ),
      ),
      help(maker),
    ],
    update,
  };
}

/** The file: exactly what the server signed and sent. */
export function receiptFile(receipt: Receipt): string {
  const { tracker, election, height, event, signature } = receipt;
  return `${JSON.stringify({ tracker, election, height, event, signature }, null, 2)}\n`;
}

/** A link as a picture for another phone's camera: black squares on white, with a margin. */
function qr(link: string): SVGElement {
  const margin = 4;
  const rows = encodeQR(link, "raw", { border: margin });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  const size = rows.length;
  return svg(
    "svg",
    { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-labelledby": "qr", "shape-rendering": "crispEdges" },
    svg("path", { d: path, fill: "currentColor" }),
  );
}
