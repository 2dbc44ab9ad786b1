// An admin signs in, finds their way, and signs out.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { root } from "../../server/env/root.ts";
import { adminPassword, looks, looksRight, opened, usePortal } from "../support/portal.ts";
import { startServer } from "../support/server.ts";

const stranger = { storageState: { cookies: [], origins: [] } };

const portal = usePortal();

describe("signing in", () => {
  it("refuses a wrong password, and lets the right one in, to the page that was asked for", async () => {
    const page = await portal.open("/messages", stranger);
    const password = page.getByRole("textbox", { name: "Password" });
    await password.fill("not this");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("That is not the password.").waitFor();
    await password.fill(adminPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Messages" }).waitFor();
  });

  it("works by the printed link, once, and not before a person presses the button", async () => {
    const server = await startServer();
    const link = /\S+\/sign-in#\S+/.exec(server.output())?.[0] as string;
    const context = await portal.browser.newContext();
    const page = await context.newPage();
    await page.goto(link);
    await page.reload();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    const again = await (await portal.browser.newContext()).newPage();
    await again.goto(link);
    await again.getByRole("button", { name: "Sign in" }).click();
    await again.getByRole("alert").getByText("This link was used already").waitFor();
    await server.stop();
  });

  it("leads to the API documentation, unless the server has none", async () => {
    const link = { name: "API documentation" };
    await (await portal.open("/")).getByRole("link", link).waitFor();
    const server = await startServer({ env: { DOCS: "false" } });
    const page = await (await portal.browser.newContext()).newPage();
    await page.goto(/\S+\/sign-in#\S+/.exec(server.output())?.[0] as string);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    assert.equal(await page.getByRole("link", link).count(), 0);
    await server.stop();
  });

  it("works by a link that a command prints while the server runs", async () => {
    const server = await startServer();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["server/scripts/sign-in-link.mjs"],
      {
        cwd: root,
        env: { ...process.env, DATA_DIR: server.dataDir, PORT: new URL(server.url).port },
      },
    );
    const page = await (await portal.browser.newContext()).newPage();
    await page.goto(stdout.split(" ")[0] as string);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await server.stop();
  });

  it("is required again after signing out, also for the back button", async () => {
    const page = await portal.open("/preferences", stranger);
    await page.getByRole("textbox", { name: "Password" }).fill(adminPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Messages" }).click();
    await page.getByRole("heading", { level: 1, name: "Messages" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  });
});

describe("the menu", () => {
  it("marks the current page, moves the focus to it, and lets the admin go back", async () => {
    const page = await portal.open("/preferences");
    await page.getByRole("link", { name: "Opt-in forms" }).click();
    const heading = page.getByRole("heading", { level: 1, name: "Opt-in forms" });
    await heading.waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    assert.equal(await page.title(), "Opt-in forms · Opt-in Kit");
    const current = page.getByRole("navigation", { name: "Menu" }).locator("[aria-current=page]");
    assert.equal(await current.textContent(), "Opt-in forms");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Data Preferences" }).waitFor();
  });

  it("is a drawer on a phone", async () => {
    const page = await portal.open("/data-preferences", looks[1]);
    await page.getByRole("button", { name: "Menu" }).click();
    await opened(page).getByRole("link", { name: "Messages" }).click();
    await page.getByRole("heading", { level: 1, name: "Messages" }).waitFor();
  });

  it("is shown for an address without a page, too", async () => {
    const page = await portal.open("/preference");
    await page.getByRole("heading", { level: 1, name: "There is no such page" }).waitFor();
    await page
      .getByRole("navigation", { name: "Menu" })
      .getByRole("link", { name: "Data Preferences" })
      .click();
    await page.getByRole("heading", { level: 1, name: "Data Preferences" }).waitFor();
    const program = await fetch(`${portal.server.url}/preference`);
    assert.deepEqual(
      [program.status, program.headers.get("Content-Type")],
      [404, "application/problem+json"],
    );
  });

  it("can be skipped by a key", async () => {
    const page = await portal.open("/data-preferences");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "main");
  });
});

describe("every page", () => {
  for (const look of looks) {
    it(`has no fault that axe knows, ${look.colorScheme}, ${look.viewport.width} px wide`, async () => {
      for (const path of ["/preferences", "/forms", "/forms/new", "/profiles", "/messages"]) {
        const page = await portal.open(path, look);
        await page.waitForFunction(() => !document.querySelector(".bones"));
        await looksRight(page);
        await page.context().close();
      }
      await looksRight(await portal.open("/sign-in", { ...look, ...stranger }));
    });
  }

  it("says that the server cannot be reached, and tries again", async () => {
    const page = await portal.open("/data-preferences");
    await page.route("**/v1/forms*", (route) => route.abort());
    await page.getByRole("link", { name: "Opt-in forms" }).click();
    await page.getByRole("alert").getByText("could not be reached").waitFor();
    await page.unroute("**/v1/forms*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "No forms yet" }).waitFor();
  });

  it("loads nothing from anywhere else, and breaks no rule of its policy", async () => {
    const page = await portal.open("/data-preferences");
    const origins = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin),
    );
    assert.deepEqual(
      [...new Set(origins)].filter((origin) => origin !== "null"),
      [portal.server.url],
    );
    assert.deepEqual(portal.faults, []);
  });
});
