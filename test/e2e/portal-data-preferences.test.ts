// My Account > Data Preferences: what new profiles start with, and the words that opt out.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { choose, looksRight, opened, usePortal } from "../support/portal.ts";

type Rule = {
  id: string;
  keyword: string;
  channel: string;
  preset: string | null;
  active: boolean;
};

const portal = usePortal();

const rules = async () => (await portal.api<{ items: Rule[] }>("GET", "/v1/rules")).items;
const row = (page: Page, keyword: string) =>
  page.getByRole("row").filter({ has: page.getByText(keyword, { exact: true }) });

describe("Opt-in management", () => {
  it("saves a default at once, says what it means, and can undo it", async () => {
    const page = await portal.open("/data-preferences");
    await page.getByText("Profiles that exist keep the flags they have.").waitFor();
    await page.getByRole("switch", { name: "WhatsApp" }).press("Space");
    await page.getByText("A default is not consent.").waitFor();
    assert.equal(
      (await portal.api<{ whatsApp: boolean }>("GET", "/v1/profiles/optin")).whatsApp,
      true,
    );
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("A default is not consent.").waitFor({ state: "detached" });
    assert.equal(await page.getByRole("switch", { name: "WhatsApp" }).isChecked(), false);
    assert.equal(
      (await portal.api<{ whatsApp: boolean }>("GET", "/v1/profiles/optin")).whatsApp,
      false,
    );
  });

  it("turns a switch back if it could not be saved", async () => {
    const page = await portal.open("/data-preferences");
    const control = page.getByRole("switch", { name: "RCS" });
    await control.waitFor();
    await page.route("**/v1/profiles/optin", (route) => route.abort());
    await control.click();
    await page.getByText("could not be reached").first().waitFor();
    assert.equal(await control.isChecked(), false);
  });
});

describe("Opt-out management", () => {
  beforeEach(async () => {
    for (let [rule] = await rules(); rule; [rule] = await rules()) {
      const { id, channel, preset } = rule;
      const path = preset ? `presets?channel=${channel}&preset=${preset}` : id;
      await portal.api("DELETE", `/v1/rules/${path}`);
    }
  });

  it("adds a rule, tries a message on it, and shows it in the list", async () => {
    const page = await portal.open("/data-preferences");
    await page.getByRole("button", { name: "Add new rule" }).click();
    const dialog = opened(page);
    await dialog.getByRole("textbox", { name: "Keyword" }).fill("NO BREAD");
    await dialog.getByRole("textbox", { name: "Reply" }).fill("You are out.");
    await dialog.getByRole("button", { name: "Add rule" }).click();
    // Until the dialog is gone, typing goes into it.
    await dialog.waitFor({ state: "detached" });
    await row(page, "NO BREAD").getByText("Opt out").waitFor();
    await page.getByRole("textbox", { name: "Message" }).fill("no bread, thanks");
    await page.getByRole("status").getByText("by NO BREAD").waitFor();
  });

  it("says at the field what is wrong with it", async () => {
    const page = await portal.open("/data-preferences");
    await page.getByRole("button", { name: "Add new rule" }).click();
    const keyword = page.getByRole("textbox", { name: "Keyword" });
    await keyword.fill("!!!");
    await page.keyboard.press("Enter");
    await page.getByText("A keyword needs a letter, a digit or an emoji.").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "keyword");
    await looksRight(page);
  });

  it("edits, pauses and deletes a rule, and can undo that", async () => {
    await portal.api("POST", "/v1/rules", { channel: "sms", keyword: "bye", action: "optOut" });
    const page = await portal.open("/data-preferences");
    await row(page, "bye").getByRole("button", { name: "Edit" }).click();
    await opened(page).getByRole("textbox", { name: "Keyword" }).fill("byebye");
    await opened(page).getByRole("button", { name: "Save" }).click();
    await opened(page).waitFor({ state: "detached" });
    await row(page, "byebye").getByRole("button", { name: "Pause" }).click();
    await row(page, "byebye").getByText("Paused").waitFor();
    assert.deepEqual(
      (await rules()).map(({ keyword, active }) => [keyword, active]),
      [["byebye", false]],
    );
    await row(page, "byebye").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "No rules yet" }).waitFor();
    assert.deepEqual(await rules(), []);
    await page
      .locator("wa-toast-item")
      .filter({ hasText: "was deleted" })
      .getByRole("button", { name: "Undo" })
      .click();
    await row(page, "byebye").waitFor();
    assert.deepEqual(
      (await rules()).map(({ keyword, active }) => [keyword, active]),
      [["byebye", false]],
    );
  });

  it("adds the preset words on a chosen channel, and shows where rules conflict", async () => {
    await portal.api("POST", "/v1/rules", {
      channel: "whatsApp",
      keyword: "unsubscribe bread",
      action: "optIn",
    });
    const page = await portal.open("/data-preferences");
    await page.getByRole("button", { name: "Add preset words" }).click();
    await choose(opened(page), "Channel", "WhatsApp");
    await opened(page).getByRole("button", { name: "Add words" }).click();
    await page
      .getByText(/^\d{3} rules were added\.$/)
      .first()
      .waitFor();
    await opened(page).waitFor({ state: "detached" });
    await row(page, "Words to stop").getByText("WhatsApp").waitFor();
    await row(page, "unsubscribe bread").getByText("matches both").waitFor();
  });

  it("folds the words, and warns where the last of a channel goes, with a way back", async () => {
    await portal.api("POST", "/v1/rules/presets", { channel: "sms", preset: "stop" });
    const page = await portal.open("/data-preferences");
    const set = row(page, "Words to stop");
    await set.getByText("in twelve languages").click();
    await set.getByText("unsubscribe", { exact: true }).waitFor();
    await looksRight(page);
    await set.getByRole("button", { name: "Delete" }).click();
    const news = page
      .locator("wa-toast-item")
      .filter({ hasText: "Nobody can opt out by replying" });
    await news.waitFor();
    const home = await portal.open("/");
    await home.getByText("Nobody can opt out by replying on SMS").waitFor();
    await news.getByRole("button", { name: "Undo" }).click();
    await set.waitFor();
    assert.ok((await portal.api<{ sms: number }>("GET", "/v1/rules/opt-out-words")).sms > 200);
  });

  it("shows hostile text as text", async () => {
    const keyword = `<img src=x onerror="document.title='gone'">stop`;
    await portal.api("POST", "/v1/rules", {
      channel: "sms",
      keyword,
      action: "optOut",
      reply: keyword,
    });
    const page = await portal.open("/data-preferences");
    await row(page, keyword).waitFor();
    assert.equal(await page.title(), "Data Preferences · Opt-in Kit");
    assert.deepEqual(portal.faults, []);
  });
});
