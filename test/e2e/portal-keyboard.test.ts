// The portal without a mouse: adding a form, from the menu to the copied code.

import assert from "node:assert/strict";
import { it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { usePortal } from "../support/portal.ts";

const portal = usePortal();

/** Presses Tab until this has the focus, which must be visible. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate(hasFocus).catch(() => false)) return showsFocus(page);
  }
  assert.fail(`Tab does not get to ${target}.`);
}

function hasFocus(element: Element): boolean {
  return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
}

/** An outline, on the element or on one around it. */
async function showsFocus(page: Page): Promise<void> {
  const shows = await page.evaluate(() => {
    let focused = document.activeElement;
    const chain: Element[] = [];
    while (focused) {
      chain.push(focused);
      focused = focused.shadowRoot?.activeElement ?? null;
    }
    const innermost = chain.at(-1);
    for (
      let around = innermost?.parentElement;
      around && chain.length < 8;
      around = around.parentElement
    )
      chain.push(around);
    return chain.some((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
    });
  });
  assert.ok(shows, "What has the focus does not show it.");
}

it("a form is added, and its code copied, with the keyboard alone", async () => {
  const page = await portal.open("/data-preferences", {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const { keyboard } = page;
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const field = (name: string) => page.getByRole("textbox", { name, exact: true });

  await tabTo(page, link("Skip to the content"));
  await tabTo(page, link("Opt-in forms"));
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Opt-in forms" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");

  await tabTo(page, link("Add"));
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "New form" }).waitFor();

  const channel = page.getByRole("combobox", { name: "Channel" });
  await tabTo(page, channel);
  await keyboard.press("ArrowDown");
  await page.getByRole("option", { name: "WhatsApp" }).waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await page.waitForFunction(
    () => (document.querySelector("[name=channel]") as HTMLSelectElement).value === "whatsApp",
  );
  await tabTo(page, field("Description"));
  await keyboard.type("By keyboard alone");
  await tabTo(page, button("Next"));
  await keyboard.press("Enter");

  await page.waitForFunction(
    () => document.activeElement?.getAttribute("name") === "confirmationMessage",
  );
  await keyboard.press("Control+A");
  await keyboard.type("Salt & Crumb may write to me by WhatsApp.");
  await tabTo(page, field("Button text"));
  await keyboard.press("Control+A");
  await keyboard.type("Write to me");
  await tabTo(page, button("Create"));
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "By keyboard alone" }).waitFor();

  await tabTo(page, page.getByRole("tab", { name: "Iframe" }));
  await keyboard.press("ArrowRight");
  await keyboard.press("Enter");
  await page.getByRole("tabpanel", { name: "Custom element" }).waitFor();
  await tabTo(
    page,
    page
      .getByRole("tabpanel", { name: "Custom element" })
      .getByRole("button", { name: "Copy Code" }),
  );
  await keyboard.press("Enter");
  await page.getByText("The code was copied.").first().waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /<opt-in-form form=/);
  assert.deepEqual(portal.faults, []);
});
