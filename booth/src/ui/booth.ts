// The booth on its page: shows what the machine says, does what it asks for, and tells it what happened.

import { parseCode } from "../seal/code.js";
import { base64Hash, utf8 } from "../seal/hash.js";
import { Sealer, type Receipt as Signed, verifyReceipt, type WorkerLike } from "../seal/sealer.js";
import * as api from "./api.js";
import { fill, h } from "./dom.js";
import { takeFragment } from "./fragment.js";
import { Trail } from "./history.js";
import { Shelf } from "./shelf.js";
import { before, initial, placeOf, update } from "./state.js";
import { isLanguage, type Language, textsIn } from "./texts.js";
import type { Choice, Effect, Event, Page, State } from "./types.js";
import type { View } from "./views/parts.js";
import { fileName } from "./views/review.js";
import { page as viewOf } from "./views.js";

export class Booth {
  #state: State = initial;
  #view: View | null = null;
  #shown = "";
  #language: Language;
  #timer: ReturnType<typeof setInterval> | null = null;
  /** The beginning of the ballot's identifier, until all of it is known. */
  #ballot: string;
  readonly #sealer: Sealer;
  readonly #trail = new Trail();
  readonly #shelf: Shelf;
  readonly #others: BroadcastChannel | null;
  readonly #suffix: string;

  constructor(
    private readonly root: HTMLElement,
    worker: WorkerLike | null,
  ) {
    const { ballot = "", language = "" } = root.dataset;
    this.#ballot = ballot;
    this.#language = isLanguage(language) ? language : "en";
    this.#sealer = new Sealer(worker);
    this.#shelf = new Shelf(ballot);
    this.#others =
      typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`scrutineer ${ballot}`);
    this.#suffix = / – [^–]*$/.exec(document.title)?.[0] ?? "";
  }

  /** Begins, with the code of the link by which the member came. */
  start(code: string | null): void {
    addEventListener("popstate", (event) => this.#moved(event.state));
    addEventListener("hashchange", () => this.#linked());
    addEventListener("online", () => this.#send({ is: "online" }));
    // What is left in memory must not come back with the page, perhaps to somebody else.
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    document.addEventListener("submit", (event) => this.#submitted(event));
    document.querySelector("a.skip")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.root.querySelector("h1")?.focus();
    });
    this.#others?.addEventListener("message", ({ data }) => {
      if (typeof data === "string") {
        this.#send({ is: "elsewhere", tracker: data });
      }
    });
    const vote = this.#shelf.kept();
    this.#send({
      is: "start",
      signedIn: this.root.dataset["signedIn"] === "yes",
      code: code === null ? null : parseCode(code),
      kept: vote === null ? null : { vote, tracker: base64Hash(utf8(vote)) },
    });
  }

  /** The machine takes an event; the page, the history and the clock follow. */
  #send(event: Event): void {
    const old = this.#state;
    const { state, effects } = update(old, event);
    this.#state = state;
    if (old.code && old.code !== state.code) {
      old.code.wipe();
    }
    if (event.is === "visit") {
      const place = placeOf(state.page);
      if (place !== null && place !== event.place) {
        this.#trail.replace(place);
      }
    }
    this.#trail.at(placeOf(state.page));
    this.#show();
    this.#tick();
    for (const effect of effects) {
      void this.#do(effect);
    }
  }

  #show(): void {
    const { page } = this.#state;
    const shown = this.#shown;
    // Tries that follow each other by themselves leave the page, and the focus, where they are.
    const again = page.at === "casting" && / waiting (cut|busy)$/.test(shown);
    const key = again ? shown : keyOf(page, this.#language);
    if (key !== shown) {
      const first = shown === "";
      this.#shown = key;
      this.#view = viewOf(this.#maker(), {
        save,
        copy,
        print: () => window.print(),
        origin: location.origin,
      });
      fill(this.root, ...this.#view.content);
      document.title = this.#view.heading + this.#suffix;
      this.#banner();
      this.#focus(first);
    }
    this.#view?.update?.(this.#state);
  }

  #maker() {
    const language = this.#language;
    return {
      t: textsIn(language),
      language,
      ballot: this.#ballot,
      state: this.#state,
      send: (event: Event) => this.#send(event),
      back: () => this.#back(),
    };
  }

  /** The heading takes the focus at every step, unless the reader is in the page's head or foot as it loads. */
  #focus(first: boolean): void {
    const active = document.activeElement;
    if (!first || active === null || active === document.body || this.root.contains(active)) {
      this.root.querySelector("h1")?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }

  /** A practice ballot says so, also where the server could not know yet which ballot will be shown. */
  #banner(): void {
    if (this.#state.info?.practice && document.querySelector(".practice") === null) {
      const t = textsIn(this.#language);
      const text = [h("strong", {}, t("practice-word")), ` ${t("practice-banner")}`];
      document
        .querySelector("main")
        ?.before(h("aside", { class: "practice", "aria-label": t("practice-word") }, text));
    }
  }

  /** The page's head was made before anybody was signed in. */
  #offerSignOut(): void {
    const head = document.querySelector("header.top > div");
    if (head?.querySelector("form") === null) {
      const t = textsIn(this.#language);
      const button = h("button", { class: "link" }, t("booth-sign-out"));
      const links = [
        h("li", {}, h("a", { href: "/" }, t("booth-my-ballots"))),
        h("li", {}, h("form", { method: "post", action: "/sign-out" }, button)),
      ];
      head.querySelector("nav")?.remove();
      head.append(h("nav", { "aria-label": t("booth-my-ballots") }, h("ul", {}, links)));
    }
  }

  #tick(): void {
    const { page } = this.#state;
    const counts =
      (page.at === "waiting" || page.at === "sign-in") && page.seconds !== null && page.seconds > 0;
    if (counts && this.#timer === null) {
      this.#timer = setInterval(() => this.#send({ is: "tick" }), 1000);
    } else if (!counts && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #back(): void {
    const place = before(this.#state);
    if (place === null || this.#trail.leadsBack) {
      history.back();
    } else {
      this.#trail.replace(place);
      this.#send({ is: "visit", place });
    }
  }

  #moved(state: unknown): void {
    // A link into this very page is no step; what it carries is looked at when the address has changed.
    if (location.hash === "") {
      this.#send({ is: "visit", place: this.#trail.moved(state) });
    }
  }

  #linked(): void {
    const text = takeFragment();
    this.#trail.moved(null);
    if (text !== null) {
      this.#send({ is: "code", parsed: parseCode(text), byLink: true });
    }
    this.#trail.at(placeOf(this.#state.page));
  }

  #leave(): void {
    this.#state.code?.wipe();
    this.#state = initial;
    this.#sealer.close();
    this.#shown = "";
    this.#view = null;
    fill(this.root);
  }

  /** A form of the page's head or foot. The language changes on the spot where something would be lost by loading the page again. */
  #submitted(event: SubmitEvent): void {
    const { target, submitter } = event;
    const language = submitter instanceof HTMLButtonElement ? submitter.value : "";
    const action = target instanceof HTMLFormElement ? target.getAttribute("action") : null;
    if (action === "/sign-out" && navigator.onLine) {
      // Browsers that know `Clear-Site-Data` do the same when the answer comes.
      this.#shelf.drop();
    }
    const ours = target instanceof HTMLFormElement && action === "/language";
    const { code, codeTrouble, pending, page } = this.#state;
    if (!ours || !isLanguage(language) || !(code || codeTrouble || pending || page.at === "receipt")) {
      return;
    }
    event.preventDefault();
    void fetch("/language", {
      method: "POST",
      body: new URLSearchParams({ language, next: location.pathname }),
      redirect: "manual",
    }).catch(() => undefined);
    for (const part of document.querySelectorAll("header, footer")) {
      part.setAttribute("lang", part.getAttribute("lang") ?? this.#language);
    }
    for (const button of target.querySelectorAll("button")) {
      button.toggleAttribute("aria-current", button === submitter);
    }
    this.#language = language;
    document.documentElement.lang = language;
    document.querySelector(".practice")?.remove();
    this.#show();
    void this.#reword();
  }

  async #reword(): Promise<void> {
    const reply = await api.boothInfo(this.#ballot, this.#language);
    if (reply.kind === "ok") {
      this.#shown = "";
      this.#send({ is: "reworded", info: reply.value });
    }
  }

  async #do(effect: Effect): Promise<void> {
    const ballot = this.#ballot;
    switch (effect.do) {
      case "load": {
        const reply = await api.load(ballot, this.#language, effect.election);
        if (reply.kind === "ok") {
          this.#ballot = reply.value.info.id;
          this.#shelf.belongsTo(this.#ballot);
        }
        this.#send({ is: "loaded", reply });
        break;
      }
      case "prepare":
        this.#send({ is: "prepared", election: await this.#sealer.prepare(effect.bytes).catch(() => null) });
        break;
      case "sign in": {
        const reply = await api.signIn(effect.member, effect.password);
        if (reply.kind === "ok") {
          this.#offerSignOut();
        }
        this.#send({ is: "signed in", reply });
        break;
      }
      case "ask public":
        this.#send({ is: "public", reply: await api.publicBallot(ballot) });
        break;
      case "seal": {
        const choices = effect.choices.map((choice): Choice => (choice === "blank" ? choice : [...choice]));
        const sealed = await this.#sealer.seal(effect.code, choices).catch(() => null);
        this.#send({ is: "sealed", sealing: effect.sealing, sealed });
        break;
      }
      case "forget":
        this.#sealer.forget();
        break;
      case "keep":
        this.#shelf.keep(effect.vote);
        break;
      case "drop":
        this.#shelf.drop();
        break;
      case "cast":
        this.#send({ is: "cast reply", reply: await api.cast(ballot, effect) });
        break;
      case "check":
        this.#send({ is: "checked", genuine: await this.#isGenuine(effect.receipt, effect.tracker) });
        break;
      case "ask status":
        this.#send({ is: "status", reply: await api.status(ballot, effect.tracker) });
        break;
      case "tell test":
        this.#send({ is: "test reply", reply: await api.tellTest(ballot, effect.tracker) });
        break;
      case "reveal":
        this.#send({
          is: "revealed",
          file: await this.#sealer.open(effect.tracker, ballot).catch(() => null),
        });
        break;
      case "save test":
        save(fileName("test", effect.tracker), effect.file);
        break;
      case "tell others":
        this.#others?.postMessage(effect.tracker);
        break;
    }
  }

  /** Whether a receipt is for the vote that was sent, in this election, and signed with the key that the election names. */
  async #isGenuine(receipt: Signed, tracker: string): Promise<boolean> {
    const { election } = this.#state;
    return (
      election?.line !== null &&
      election !== null &&
      receipt.tracker === tracker &&
      receipt.election === election.uuid &&
      (await verifyReceipt(receipt, election.line).catch(() => false))
    );
  }
}

/** Pages with the same key are one page that follows changes; others take its place. */
function keyOf(page: Page, language: Language): string {
  switch (page.at) {
    case "question":
      return `${language} question ${page.number}`;
    case "sign-in":
      return `${language} sign-in ${page.reason}`;
    case "waiting":
    case "refused":
    case "stopped":
    case "unreachable":
      return `${language} ${page.at} ${page.why}`;
    default:
      return `${language} ${page.at}`;
  }
}

/** Hands a file to the browser's downloads. */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
