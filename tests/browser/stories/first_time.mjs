// A member who has never been here: activation, sign-in, my ballots.
import { LANGUAGES } from "../lib/texts.mjs";

export default async function story({ stage, browser }) {
  for (const language of LANGUAGES) {
    const member = stage.member();
    const code = await stage.ask("activation_code", { member: member.no });
    const visitor = await browser.visitor({ language });
    const { page, t } = visitor;
    await page.goto("/activate");
    await page.getByLabel(t("member-no"), { exact: true }).fill(member.no);
    await page.getByLabel(t("activation-code"), { exact: true }).fill(code);
    await page.getByLabel(t("new-password"), { exact: true }).fill(member.password);
    await page.getByLabel(t("new-password-again"), { exact: true }).fill(member.password);
    await page.getByRole("button", { name: t("activate-button") }).click();
    await page.getByText(t("activated")).waitFor();
    await page.getByLabel(t("member-no"), { exact: true }).fill(member.no);
    await page.getByLabel(t("password"), { exact: true }).fill(member.password);
    await page.getByRole("button", { name: t("sign-in-button") }).click();
    await page.getByRole("link", { name: t("nav-my-ballots") }).waitFor();
  }
}
