// Home: a newcomer fills an empty system, reads each number, and ticks off the first steps.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { looks, looksRight, usePortal } from "../support/portal.ts";

const portal = usePortal();

/** Home, fully loaded. */
async function openHome(look: object = {}) {
  const page = await portal.open("/", look);
  await page.getByRole("heading", { name: "What happened last" }).waitFor();
  await page.getByRole("heading", { name: "First steps" }).waitFor();
  return page;
}

describe("an empty system", () => {
  for (const look of looks) {
    it(`says what to do, and has no fault that axe knows, ${look.colorScheme}`, async () => {
      const page = await openHome(look);
      await page.getByText("1 of 6 done").waitFor();
      await page.getByText("Nothing yet.").waitFor();
      await looksRight(page);
    });
  }

  it("loads the chart library apart from the page", async () => {
    const page = await portal.open("/forms");
    const scripts = () =>
      page.evaluate(
        () =>
          performance.getEntriesByType("resource").filter(({ name }) => /draw-.*js/.test(name))
            .length,
      );
    assert.equal(await scripts(), 0);
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await page.getByText("0 opt-ins and 0 opt-outs in 30 days").waitFor();
    await page.waitForFunction(() =>
      performance.getEntriesByType("resource").some(({ name }) => /draw-.*js/.test(name)),
    );
  });

  it("is filled with sample data by one button", async () => {
    const page = await openHome();
    await page.getByRole("button", { name: "Fill with sample data" }).click();
    await page.getByText("240 made-up people and 3 forms were added.").first().waitFor();
    const profiles = page
      .getByRole("region", { name: "At a glance" })
      .getByRole("definition")
      .first();
    await profiles.getByText("240").waitFor();
    await page
      .getByRole("button", { name: "Fill with sample data" })
      .waitFor({ state: "detached" });
    await page.getByText("1 of 6 done").waitFor();
  });
});

describe("a system in use", () => {
  for (const look of looks) {
    it(`has no fault that axe knows, ${look.colorScheme}, with the table open`, async () => {
      const page = await openHome(look);
      await page.getByText("Show as a table").click();
      await page.getByRole("region", { name: "Opt-ins and opt-outs by day" }).waitFor();
      await looksRight(page);
    });
  }

  it("tells opt-ins and opt-outs apart by channel and by source, over 7, 30 and 90 days", async () => {
    const page = await openHome();
    const legend = page.getByRole("list", { name: "Colours" });
    await legend.getByText("WhatsApp").waitFor();
    // The click lands on the radio around the label.
    await page.locator("wa-radio", { hasText: "Source" }).click();
    await legend.getByText("Keyword").waitFor();
    const status = page.getByRole("status").filter({ hasText: "opt-ins" });
    for (const days of [90, 7]) {
      await page.locator("wa-radio", { hasText: `${days} days` }).click();
      await status.getByText(`in ${days} days`).waitFor();
    }
  });

  it("draws on the canvas what the table says", async () => {
    const page = await openHome();
    await page.waitForFunction(() => {
      const canvas = document.querySelector("canvas");
      const pixels =
        canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return new Set(pixels).size > 20;
    });
  });

  it("leads from the latest changes to the person, and back", async () => {
    const page = await openHome();
    const first = page
      .getByRole("region", { name: "What happened last" })
      .getByRole("link")
      .first();
    const name = await first.textContent();
    await first.click();
    await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Home" }).waitFor();
    await page
      .getByRole("main")
      .getByText(name as string)
      .first()
      .waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  });

  it("shows how often each form was used, also in words", async () => {
    const page = await portal.open("/forms");
    const row = page.getByRole("row", { name: /Newsletter, home page/ });
    await row
      .getByRole("img", { name: /^\d+ submissions in the last 30 days, most on / })
      .waitFor();
    await looksRight(page);
  });

  it("ticks off a step that was done", async () => {
    const page = await openHome();
    const step = page
      .getByRole("listitem")
      .filter({ hasText: "Choose what new profiles start with" });
    assert.equal(await step.getByText("(done)").count(), 0);
    await portal.api("PUT", "/v1/profiles/optin", { sms: false });
    await page.getByRole("link", { name: "Messages" }).click();
    await page.getByRole("heading", { level: 1, name: "Messages" }).waitFor();
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await step.getByText("(done)").waitFor();
  });

  it("hides the first steps, and shows them again by undo", async () => {
    const page = await openHome();
    await page.getByRole("button", { name: "Hide" }).click();
    await page.getByRole("heading", { name: "First steps" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("heading", { name: "First steps" }).waitFor();
  });

  it("shows the names of people as text", async () => {
    const name = '<img src=x onerror="alert(1)">';
    await portal.api("POST", "/v1/profiles", { properties: { name }, optIn: { sms: true } });
    const page = await openHome();
    await page.getByRole("link", { name }).first().waitFor();
    assert.deepEqual(portal.faults, []);
  });

  it("says that the numbers failed to load, and tries again", async () => {
    const page = await portal.open("/forms");
    await page.route("**/v1/statistics?*", (route) => route.abort());
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await page.getByRole("alert").getByText("could not be reached").waitFor();
    await page.unroute("**/v1/statistics?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "What happened last" }).waitFor();
  });
});
