// An admin's whole journey: defaults, a rule, a form on a customer's page, the person in Profiles,
// an opt-out by the rule.

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { choose, looksRight, opened, usePortal } from "../support/portal.ts";
import { type HostPage, hostPage } from "./host-page.ts";

let host: HostPage;
let page: Page;
const portal = usePortal(async () => {
  host = await hostPage(portal.server.url);
  page = await portal.open("/data-preferences", {
    permissions: ["clipboard-read", "clipboard-write"],
  });
});
after(async () => {
  await host.close();
});

const button = (name: string) => page.getByRole("button", { name, exact: true });
const field = (name: string) => page.getByRole("textbox", { name, exact: true });
const heading = (name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
const goTo = async (name: string) => {
  await page
    .getByRole("navigation", { name: "Menu" })
    .getByRole("link", { name, exact: true })
    .click();
  await heading(name);
};

/** A flag on the page of a profile. */
const flag = (channel: string) =>
  page
    .getByRole("region", { name: "Opt-in state" })
    .getByRole("listitem")
    .filter({ hasText: channel });

describe("an admin", { concurrency: 1 }, () => {
  it("sets the defaults under Opt-in management", async () => {
    await page.getByRole("switch", { name: "RCS" }).press("Space");
    await page.getByText("RCS: new profiles start opted in.").first().waitFor();
  });

  it("adds a rule under Opt-out management", async () => {
    await button("Add new rule").click();
    await field("Keyword").fill("NO BREAD");
    await button("Add rule").click();
    await opened(page).waitFor({ state: "detached" });
    await page.getByRole("row").filter({ hasText: "NO BREAD" }).getByText("Opt out").waitFor();
  });

  it("adds a form through Next and Create, and copies its code", async () => {
    await goTo("Opt-in forms");
    await page.getByRole("link", { name: "Add", exact: true }).click();
    await choose(page, "Channel", "SMS");
    await field("Description").fill("Bakery news");
    await button("Next").click();
    await field("Confirmation message").fill("Yes, Salt & Crumb may text me news by SMS.");
    await field("Button text").fill("Text me");
    await button("Create").click();
    await heading("Bakery news");
    await page.getByRole("heading", { name: "Code" }).waitFor();
    await button("Copy Code").click();
    await page.getByText("The code was copied.").first().waitFor();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(code, /^<iframe /);
    host.write(code);
  });

  it("has somebody use it on a blank page of another origin", async () => {
    const visitor = await (await portal.browser.newContext()).newPage();
    await visitor.goto(host.origin);
    const form = visitor.frameLocator("iframe");
    await form.getByLabel("Your phone number").fill("+44 7700 900777");
    await form.getByRole("button", { name: "Text me" }).click();
    await form.getByText("Thank you.").waitFor();
    await visitor.context().close();
  });

  it("finds the person and the flag in Profiles", async () => {
    await goTo("Profiles");
    await page.getByRole("searchbox", { name: "Search" }).pressSequentially("+447700900777");
    await page.getByRole("row").filter({ hasText: "+447700900777" }).getByRole("link").click();
    await flag("SMS").getByText("Opted in").waitFor();
    await flag("RCS").getByText("Opted in").waitFor();
    await flag("WhatsApp").getByText("Never asked").waitFor();
    const timeline = page.getByRole("region", { name: "Timeline" });
    await timeline.getByText("Agreed to wording 1").waitFor();
    await looksRight(page);
  });

  it("sees the rule take effect", async () => {
    await goTo("Messages");
    await field("From").fill("+44 7700 900777");
    await field("Message").fill("no bread please");
    await button("Send").click();
    await page.getByRole("status").getByText("+447700900777 is now opted out on SMS.").waitFor();
    await page
      .getByRole("tabpanel", { name: "Inbound" })
      .getByRole("link", { name: "+447700900777" })
      .click();
    await flag("SMS").getByText("Opted out").waitFor();
    await page.getByRole("region", { name: "Timeline" }).getByText("Went opted out").waitFor();
  });

  it("met no error on the way", () => assert.deepEqual(portal.faults, []));
});
