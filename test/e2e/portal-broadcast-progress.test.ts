// Contact > Broadcast: one that is being sent, and the look of it all.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { looks, looksRight, opened, usePortal } from "../support/portal.ts";

type Broadcast = { id: string; status: string };

const portal = usePortal(async () => {
  for (let index = 0; index < 60; index++) {
    const phoneNumber = `+4477009005${String(index).padStart(2, "0")}`;
    await portal.api("POST", "/v1/profiles", {
      id: `p${index}`,
      phoneNumber,
      optIn: { sms: true },
    });
  }
});

const button = (place: Page | Locator, name: string) =>
  place.getByRole("button", { name, exact: true });
const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const progress = (page: Page) =>
  page.getByRole("progressbar", { name: "Progress of the broadcast" });
const newest = async () =>
  (await portal.api<{ items: Broadcast[] }>("GET", "/v1/broadcasts")).items[0] as Broadcast;
const gets = (page: Page, text: string) =>
  page
    .getByRole("region", { name: "Who gets it" })
    .getByRole("status")
    .filter({ hasText: text })
    .waitFor();

/** A broadcast that hands over one message a second. */
async function slowBroadcast(name: string, audience: object): Promise<Broadcast> {
  return portal.api("POST", "/v1/broadcasts", {
    name,
    channel: "sms",
    body: "Slow",
    rate: 1,
    audience,
  });
}

describe("a broadcast that is being sent", () => {
  it("is paused, resumes, and is cancelled only after a confirmation", async () => {
    const { id } = await slowBroadcast("Stoppable", { everyone: true });
    const status = async () => (await portal.api<Broadcast>("GET", `/v1/broadcasts/${id}`)).status;
    const page = await portal.open(`/broadcasts/${id}`);
    await button(page, "Pause").click();
    await button(page, "Resume").waitFor();
    assert.equal(await status(), "paused");
    await button(page, "Resume").click();
    await button(page, "Pause").waitFor();
    assert.equal(await status(), "sending");
    await button(page, "Pause").click();
    await button(page, "Resume").waitFor();
    await button(page, "Cancel").click();
    await button(opened(page), "Keep it").click();
    assert.equal(await status(), "paused");
    await button(page, "Cancel").click();
    await button(opened(page), "Cancel broadcast").click();
    await page.getByRole("status").filter({ hasText: "The broadcast is cancelled." }).waitFor();
    assert.equal(await status(), "cancelled");
  });

  it("shows its progress live", async () => {
    const { id } = await slowBroadcast("Watched", { profileIds: ["p1", "p2", "p3"] });
    await portal.api("POST", `/v1/broadcasts/${id}/pause`);
    const page = await portal.open(`/broadcasts/${id}`);
    await progress(page).waitFor();
    assert.ok(Number(await progress(page).getAttribute("aria-valuenow")) < 100);
    await button(page, "Resume").click();
    await page.getByText("3 of 3").waitFor();
    assert.equal(await progress(page).getAttribute("aria-valuenow"), "100");
  });

  it("leads to its messages", async () => {
    const { id } = await newest();
    const page = await portal.open(`/broadcasts/${id}`);
    await page.getByRole("link", { name: "Messages" }).last().click();
    const outbox = page.getByRole("tabpanel", { name: "Outbox" });
    await outbox.getByText("One broadcast").waitFor();
    await outbox.getByRole("listitem").first().waitFor();
    assert.equal(await outbox.getByRole("listitem").count(), 3);
  });

  it("says that there is none with this id", async () => {
    const page = await portal.open("/messages");
    await page.goto(`${portal.server.url}/broadcasts/nothing`);
    await page.getByRole("alert").getByText("There is no broadcast with this id.").waitFor();
  });
});

describe("to axe", () => {
  for (const look of looks) {
    it(`none of it has a fault, ${look.colorScheme}, ${look.viewport.width} px wide`, async () => {
      const list = await portal.open("/broadcasts", look);
      await list.getByRole("table").waitFor();
      await looksRight(list);
      const one = await portal.open(`/broadcasts/${(await newest()).id}`, look);
      await one.getByRole("progressbar").waitFor();
      await looksRight(one);
      const made = await portal.open("/broadcasts/new", look);
      await field(made, "Name").fill("News");
      await field(made, "Message").fill("Hello");
      await made.getByRole("radio", { name: "People with a property" }).click();
      await gets(made, "Choose the audience");
      await looksRight(made);
      await made.getByRole("radio", { name: "Everyone" }).click();
      await gets(made, "people will get it");
      await looksRight(made);
      await button(made, "Review and send").click();
      await button(opened(made), "Send to 60 people").waitFor();
      await looksRight(made);
    });
  }

  it("and no page reported a fault", () => assert.deepEqual(portal.faults, []));
});
