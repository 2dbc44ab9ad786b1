// My Account > API keys: create with scopes, copy once, use, revoke.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { adminPassword, looks, looksRight, opened, usePortal } from "../support/portal.ts";

const portal = usePortal();

/** Creates a key as a person does, with the keyboard only, and returns the dialog that shows it. */
async function createKey(page: Page, name: string, scopes: string[]) {
  const create = page.getByRole("button", { name: "Create key" }).first();
  await create.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  for (const scope of scopes) {
    await page.getByRole("checkbox", { name: scope }).focus();
    await page.keyboard.press("Space");
  }
  await page.getByRole("textbox", { name: "Name" }).focus();
  await page.keyboard.press("Enter");
  const key = page.getByRole("textbox", { name: "The key" });
  await key.waitFor();
  return key;
}

const status = async (key: string, path: string) =>
  (await fetch(`${portal.server.url}${path}`, { headers: { Authorization: `Bearer ${key}` } }))
    .status;

describe("API keys", () => {
  it("creates a key with the chosen scopes only, and shows it once", async () => {
    const page = await portal.open("/keys");
    const shown = await createKey(page, "Shop", ["Read profiles", "Read forms"]);
    const key = (await shown.textContent()) as string;
    assert.match(key, /^ok_[\w-]{43}$/);
    assert.deepEqual(
      [
        await status(key, "/v1/profiles"),
        await status(key, "/v1/forms"),
        await status(key, "/v1/rules"),
      ],
      [200, 200, 403],
    );
    await page.getByRole("button", { name: "Done" }).click();
    await opened(page).waitFor({ state: "detached" });
    assert.ok(!(await page.content()).includes(key));
    await page.reload();
    const row = page.getByRole("row", { name: /Shop/ });
    await row.getByText("Read profiles").waitFor();
    assert.ok(!(await page.content()).includes(key));
  });

  it("copies the key, and says so", async () => {
    const page = await portal.open("/keys", { permissions: ["clipboard-read", "clipboard-write"] });
    const shown = await createKey(page, "Copied", ["Send messages"]);
    await page.getByRole("button", { name: "Copy key" }).click();
    await page.getByText("The key was copied.").first().waitFor();
    assert.equal(
      await page.evaluate(() => navigator.clipboard.readText()),
      await shown.textContent(),
    );
  });

  it("asks for a name and a scope", async () => {
    const page = await portal.open("/keys");
    await page.getByRole("button", { name: "Create key" }).click();
    await opened(page).getByRole("button", { name: "Create key" }).click();
    await opened(page).getByText("Give it a name that you will recognise later.").waitFor();
    await opened(page).getByRole("alert").getByText("Choose at least one.").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "name");
    await looksRight(page);
  });

  it("says when a key was last used", async () => {
    const page = await portal.open("/keys");
    const key = (await (await createKey(page, "Used", ["Read rules"])).textContent()) as string;
    await page.getByRole("button", { name: "Done" }).click();
    const row = page.getByRole("row", { name: /Used/ });
    await row.getByText("Never").waitFor();
    assert.equal(await status(key, "/v1/rules"), 200);
    await page.reload();
    await row.getByRole("time").nth(1).waitFor();
  });

  it("revokes a key after a confirmation", async () => {
    const page = await portal.open("/keys");
    const key = (await (await createKey(page, "Old", ["Read rules"])).textContent()) as string;
    await page.getByRole("button", { name: "Done" }).click();
    await opened(page).waitFor({ state: "detached" });
    const row = page.getByRole("row", { name: /Old/ });
    await row.getByRole("button", { name: "Revoke" }).click();
    await opened(page).getByRole("button", { name: "Keep it" }).click();
    await opened(page).waitFor({ state: "detached" });
    assert.equal(await status(key, "/v1/rules"), 200);

    await row.getByRole("button", { name: "Revoke" }).click();
    await opened(page).getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByText("The key Old is revoked.").first().waitFor();
    await row.getByText("Revoked").waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  });

  it("lists who is signed in, and signs one out", async () => {
    const page = await portal.open("/keys");
    const phone =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1";
    const { headers } = await fetch(`${portal.server.url}/session`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Origin: portal.server.url,
        "User-Agent": phone,
      },
      body: JSON.stringify({ password: adminPassword }),
    });
    const Cookie = (headers.getSetCookie()[0] ?? "").split(";")[0] as string;
    const isOpen = async () =>
      (await fetch(`${portal.server.url}/v1/profiles`, { headers: { Cookie } })).status === 200;
    assert.equal(await isOpen(), true);

    await page.reload();
    await page.getByRole("row", { name: /This browser/ }).waitFor();
    const row = page.getByRole("row", { name: /Safari, iPhone or iPad 127\.0\.0\.0 .* Password/ });
    await row.getByRole("button", { name: "Sign out" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByText("Safari, iPhone or iPad is signed out.").first().waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "sessions");
    assert.equal(await isOpen(), false);
    assert.deepEqual(portal.faults, []);
  });

  for (const look of looks) {
    it(`has no fault that axe knows, ${look.colorScheme}, in the list and in each dialog`, async () => {
      const page = await portal.open("/keys", look);
      await page.waitForFunction(() => !document.querySelector(".bones"));
      await looksRight(page);
      await createKey(page, `Long name ${look.colorScheme} ${"x".repeat(60)}`, ["Everything"]);
      await looksRight(page);
      await page.getByRole("button", { name: "Done" }).click();
      await opened(page).waitFor({ state: "detached" });
      await page
        .getByRole("row", { name: `Long name ${look.colorScheme}` })
        .getByRole("button", { name: "Revoke" })
        .click();
      await opened(page).getByRole("button", { name: "Keep it" }).waitFor();
      await looksRight(page);
      assert.deepEqual(portal.faults, []);
    });
  }
});

describe("signing out everywhere", () => {
  it("signs nobody out before an admin confirms it", async () => {
    const page = await portal.open("/keys");
    const everywhere = page.getByRole("button", { name: "Sign out everywhere" });
    await everywhere.click();
    await looksRight(page);
    await opened(page).getByRole("button", { name: "Stay signed in" }).click();
    await opened(page).waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("everywhere"));
    await page.reload();
    await everywhere.waitFor();
  });

  it("ends every session, and asks to sign in", async () => {
    const page = await portal.open("/keys");
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await opened(page).getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
