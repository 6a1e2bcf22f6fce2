// Chromium, and what is watched in every page: each request with its body, complaints of the browser, other hosts.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { textsIn } from "./texts.mjs";

const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];
/** What a page may take to get somewhere, milliseconds: much, since machines may be busy. */
const PATIENCE = 20_000;

export class Browser {
  #stage;
  #chromium;
  #visitors = [];

  static async start(stage) {
    const browser = new Browser();
    browser.#stage = stage;
    browser.#chromium = await chromium.launch({
      executablePath: process.env.SCRUTINEER_CHROMIUM ?? "/usr/bin/chromium",
      args: FLAGS,
      // The sandbox does not start for root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return browser;
  }

  /** Somebody at a device of their own. */
  async visitor({ language = "en", ...settings } = {}) {
    const context = await this.#chromium.newContext({
      baseURL: this.#stage.url,
      locale: { en: "en-US", es: "es-ES", pl: "pl-PL" }[language],
      timezoneId: "America/Chicago",
      viewport: { width: 1000, height: 800 },
      ...settings,
    });
    context.setDefaultTimeout(PATIENCE);
    const visitor = new Visitor(context, this.#stage, language);
    this.#visitors.push(visitor);
    await visitor.arrive();
    return visitor;
  }

  /** Ends with an error if a browser complained anywhere, or anything was asked of another host. */
  async nothingAmiss() {
    const amiss = this.#visitors.flatMap((visitor) => visitor.amiss);
    if (amiss.length > 0) {
      throw new Error(`the browser complains:\n${amiss.join("\n")}`);
    }
  }

  /** For whoever has to find out what went wrong: what stands on the pages that are open. */
  async showWhatIsThere() {
    for (const page of this.#visitors.flatMap((visitor) => visitor.context.pages())) {
      const text = await page.locator("body").innerText({ timeout: 2000 }).catch(String);
      this.#stage.say(`--- ${page.url()}\n${text}`);
      if (this.#stage.look) {
        mkdirSync(this.#stage.look, { recursive: true });
        await page.screenshot({ path: join(this.#stage.look, `failed-${Date.now()}.png`) }).catch(() => {});
      }
    }
    this.#stage.say(this.#visitors.flatMap((visitor) => visitor.amiss).join("\n"));
  }

  async close() {
    await this.#chromium.close();
  }
}

/** One person at one device: pages, texts in their language, and everything that was sent. */
export class Visitor {
  /** What was sent: { method, url, headers, body }. */
  requests = [];
  /** What the browser complained about. */
  amiss = [];
  #late = [];

  constructor(context, stage, language) {
    this.context = context;
    this.stage = stage;
    this.language = language;
    this.t = textsIn(language);
    context.on("request", (request) => this.#note(request));
    context.on("page", (page) => this.#watch(page));
    context.on("serviceworker", (worker) => this.amiss.push(`a service worker: ${worker.url()}`));
  }

  async arrive() {
    this.page = await this.context.newPage();
  }

  #note(request) {
    const url = request.url();
    if (!/^(data|blob|about):/.test(url) && new URL(url).origin !== new URL(this.stage.url).origin) {
      this.amiss.push(`asked of another host: ${url}`);
    }
    const noted = { method: request.method(), url, headers: request.headers(), body: request.postData() ?? "" };
    this.requests.push(noted);
    // With cookies, which are known later.
    this.#late.push(request.allHeaders().then((headers) => { noted.headers = headers; }, () => {}));
  }

  #watch(page) {
    page.on("console", (message) => {
      // A refusal that the page words itself, or a connection that a story cuts, is no complaint.
      if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource:")) {
        this.amiss.push(`${page.url()}: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.amiss.push(`${page.url()}: ${error.stack}`));
    page.on("websocket", (socket) => this.amiss.push(`a web socket: ${socket.url()}`));
    page.on("crash", () => this.amiss.push(`${page.url()} crashed`));
  }

  /** Everything that was sent until now, with all headers. */
  async sent() {
    await Promise.all(this.#late);
    return this.requests;
  }

  /** Where the page is, without the host. */
  get path() {
    const { pathname, search, hash } = new URL(this.page.url());
    return pathname + search + hash;
  }
}
