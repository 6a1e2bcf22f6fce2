// A member in front of a browser, who goes by what stands there: headings, labels, names of buttons.
import { expect } from "./expect.mjs";

/** How often a page is asked for until it shows what it is about to show. */
const MOST_LOOKS = 100;

export class Member {
  /** `who` as the stage gives it: number and password. */
  constructor(visitor, who) {
    this.visitor = visitor;
    this.who = who;
    this.t = visitor.t;
  }

  get page() {
    return this.visitor.page;
  }

  /** Waits until the page has this heading. */
  async sees(id, variables) {
    await this.seesHeading(this.t(id, variables));
  }

  async seesHeading(text) {
    await this.page.getByRole("heading", { level: 1, name: text, exact: true }).waitFor();
  }

  /** Waits until this text stands somewhere; a piece of it may be enough. */
  async reads(text) {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  field(id, variables) {
    return this.page.getByLabel(this.t(id, variables), { exact: true });
  }

  // A name may stand twice: in the frame around each page, and in what it holds. Either does.
  button(id, variables) {
    return this.page.getByRole("button", { name: this.t(id, variables), exact: true }).first();
  }

  link(id, variables) {
    return this.page.getByRole("link", { name: this.t(id, variables), exact: true }).first();
  }

  /** A button or a link, whichever has this name. */
  named(id, variables) {
    return this.button(id, variables).or(this.link(id, variables)).first();
  }

  async press(id, variables) {
    await this.named(id, variables).click();
  }

  async goesTo(path) {
    await this.page.goto(path);
  }

  async activates(code) {
    await this.goesTo("/activate");
    await this.field("member-no").fill(this.who.no);
    await this.field("activation-code").fill(code);
    await this.field("new-password").fill(this.who.password);
    await this.field("new-password-again").fill(this.who.password);
    await this.press("activate-button");
    await this.reads(this.t("activated"));
  }

  /** Fills in the form that is there, on whichever page. */
  async signsIn(password = this.who.password) {
    await this.field("member-no").fill(this.who.no);
    await this.field("password").fill(password);
    await this.button("sign-in-button").click();
  }

  /** From nowhere to the ballot's first step in the booth. */
  async entersBooth(ballot, fragment = "") {
    await this.goesTo(`/ballots/${ballot.id}/vote${fragment}`);
    await this.field("member-no").waitFor();
    await this.signsIn();
    await this.beforeBeginning();
  }

  async beforeBeginning() {
    await this.named("booth-begin").or(this.named("booth-begin-again")).first().waitFor();
  }

  async begins() {
    await this.named("booth-begin").or(this.named("booth-begin-again")).first().click();
  }

  async typesCode(code) {
    await this.field("booth-code").fill(code);
    await this.press("booth-continue");
  }

  /** An answer of the question that is there. */
  answer(text) {
    return this.page.getByRole("radio", { name: text }).or(this.page.getByRole("checkbox", { name: text }));
  }

  async chooses(...answers) {
    for (const answer of answers) {
      await this.answer(answer).check();
    }
    await this.press("booth-continue");
  }

  /** From the ballot's first step to the last before casting; returns the receipt number shown there. */
  async seals(ballot, ...answers) {
    await this.begins();
    await this.typesCode(ballot.code(this.who));
    await this.chooses(...answers);
    return this.checks();
  }

  /** The page before casting. */
  async checks() {
    await this.sees("booth-review");
    return this.tracker();
  }

  /** The receipt number on the page. */
  async tracker() {
    const shown = (await this.page.locator("main").innerText()).replace(/\s+/g, " ");
    const found = shown.match(/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/=])/);
    expect(found, `no receipt number in: ${shown}`);
    return found[0];
  }

  async casts() {
    await this.press("booth-cast");
    return this.getsReceipt();
  }

  async getsReceipt() {
    await this.sees("booth-receipt");
    await this.reads(this.t("booth-receipt-genuine"));
    return this.tracker();
  }

  /** The whole way from nowhere to the receipt; returns its number. */
  async votes(ballot, ...answers) {
    await this.entersBooth(ballot);
    const sealed = await this.seals(ballot, ...answers);
    const cast = await this.casts();
    expect.equal(cast, sealed, "the receipt is for the vote that was checked");
    return cast;
  }

  /** Looks a receipt up on the public page; returns what is said. */
  async looksUp(tracker) {
    await this.goesTo("/check");
    await this.field("check-field").fill(tracker);
    await this.press("check-button");
    return this.said();
  }

  /** Looks a receipt up until the record that is shown has grown to it; the server's clock has been put forward before. */
  async finds(tracker) {
    let said = "";
    for (let tried = 0; tried < MOST_LOOKS && !said.includes(this.t("check-counted-so-far")); tried += 1) {
      said = await this.looksUp(tracker);
    }
    expect.holds(said, this.t("check-counted-so-far"));
  }

  /** What the page says in its notice. */
  async said() {
    return this.page.getByRole("status").first().innerText();
  }
}
