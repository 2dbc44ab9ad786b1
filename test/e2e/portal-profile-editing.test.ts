// Contact > Profiles: create a person, change, delete and forget one, read their messages, copy a
// link.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { looksRight, opened, usePortal } from "../support/portal.ts";

type Profile = {
  id: string;
  phoneNumber: string | null;
  email: string | null;
  properties: Record<string, unknown>;
  optIn: Record<string, boolean>;
};
type Events = { items: { channel: string; source: string; reason: string | null }[] };

const portal = usePortal(async () => {
  await portal.api("POST", "/v1/rules/presets", {
    channel: "sms",
    preset: "stop",
    reply: "You are out.",
  });
});

const button = (place: Page | Locator, name: string) =>
  place.getByRole("button", { name, exact: true });
const field = (place: Page | Locator, name: string) =>
  place.getByRole("textbox", { name, exact: true });
const read = (id: string) => portal.api<Profile>("GET", `/v1/profiles/${id}`);
const make = (id: string, over: object = {}) =>
  portal.api<Profile>("POST", "/v1/profiles", { id, ...over });

async function isGone(id: string) {
  const headers = { Authorization: `Bearer ${portal.server.key}` };
  return (await fetch(`${portal.server.url}/v1/profiles/${id}`, { headers })).status === 404;
}

describe("a new profile", () => {
  it("gets an id, addresses, properties and, with a reason, first flags", async () => {
    const page = await portal.open("/profiles");
    await button(page, "New profile").click();
    const dialog = opened(page);
    await field(dialog, "Id").fill("ada");
    await field(dialog, "Phone number").fill("+44 7700 900123");
    await button(dialog, "Add a property").click();
    await field(dialog, "Property").fill("city");
    await field(dialog, "Value").fill("Bonn");
    await dialog.getByText("SMS", { exact: true }).click();
    assert.equal(await dialog.getByRole("checkbox", { name: "SMS" }).isChecked(), true);
    await button(dialog, "Create profile").click();
    await page.getByText("Say why: it is part of the proof.").waitFor();
    await field(dialog, "Reason").fill("Asked at the counter");
    await button(dialog, "Create profile").click();
    await page.getByRole("heading", { level: 1, name: "ada" }).waitFor();
    await page.getByText("“Asked at the counter”").first().waitFor();
    const { phoneNumber, properties, optIn } = await read("ada");
    assert.deepEqual([phoneNumber, properties], ["+447700900123", { city: "Bonn" }]);
    assert.deepEqual([optIn.sms, optIn.whatsApp], [true, false]);
  });

  it("says at the field who already has its address", async () => {
    await make("first", { email: "first@example.com" });
    const page = await portal.open("/profiles");
    await button(page, "New profile").click();
    await field(opened(page), "Email").fill("FIRST@example.com");
    await button(opened(page), "Create profile").click();
    await page.getByText("Profile first has this.").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "email");
  });

  it("looks right, in the dark and on a phone", async () => {
    const page = await portal.open("/profiles", {
      colorScheme: "dark",
      viewport: { width: 360, height: 740 },
    });
    await button(page, "New profile").click();
    await button(opened(page), "Add a property").click();
    await button(opened(page), "Add a property").click();
    await looksRight(page);
  });
});

describe("a person who opted out", () => {
  const optedOut = async (id: string, number: string) => {
    await make(id, { phoneNumber: number, optIn: { sms: true } });
    const stop = { channel: "sms", from: number, to: "12345", body: "STOP" };
    await portal.api("POST", "/v1/messages/inbounds", stop);
    const page = await portal.open(`/profiles/${id}`);
    const sms = page.locator("profile-flag-editor").getByRole("listitem").first();
    await button(sms, "Opt in").click();
    await field(sms, "Reason").fill("Rang us");
    await button(sms, "Opt in").click();
    await page.getByText("They opted out of SMS by a keyword").waitFor();
    return page;
  };
  /** As the field shows it: the local time of day, to the second. */
  const local = (date: Date) => {
    const here = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
    return here.toISOString().slice(0, 19);
  };

  it("is opted in by what they said since, which an older date does not show", async () => {
    const page = await optedOut("newer", "+447700900261");
    const dialog = opened(page);
    await button(dialog, "Opt in").click();
    await page.getByText("Write what they said or did.").waitFor();
    await field(dialog, "Their words, or what they did").fill("Please text me again");
    await dialog.getByLabel("When they did").fill("2024-05-01T10:00:00");
    await button(dialog, "Opt in").click();
    await page.getByText("This is before they opted out.").waitFor();
    assert.equal((await read("newer")).optIn.sms, false);
    await dialog.getByLabel("When they did").fill(local(new Date(Date.now() + 2000)));
    await button(dialog, "Opt in").click();
    await page.getByText("Stayed out: the opt-in is older").waitFor();
    await page.getByText("Went opted in").first().waitFor();
    assert.equal((await read("newer")).optIn.sms, true);
  });

  it("stays out where the question is left, and the editor says why", async () => {
    const page = await optedOut("left", "+447700900262");
    await button(opened(page), "Leave them out").click();
    await page.getByText("Not saved.").waitFor();
    assert.equal((await read("left")).optIn.sms, false);
  });

  it("looks right, in the dark and on a phone", async () => {
    const page = await optedOut("look", "+447700900263");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 360, height: 740 });
    await looksRight(page);
  });
});

describe("an edited profile", () => {
  it("is opted out if its address changes, and says so before", async () => {
    await make("bob", {
      phoneNumber: "+447700900201",
      properties: { visits: 3, old: "x" },
      optIn: { sms: true },
    });
    const page = await portal.open("/profiles/bob");
    await button(page, "Edit").click();
    const dialog = opened(page);
    await field(dialog, "Phone number").fill("+44 7700 900202");
    await page.getByText("this opts the person out of SMS").waitFor();
    await button(dialog, "Save").click();
    await page.getByText("The profile was changed.").first().waitFor();
    await page.getByText("+447700900202").first().waitFor();
    assert.equal((await read("bob")).optIn.sms, false);
  });

  it("keeps a number a number, loses a removed property, and gets a new one", async () => {
    await make("cem", { properties: { visits: 3, old: "x", plan: "free" } });
    const page = await portal.open("/profiles/cem");
    await button(page, "Edit").click();
    const dialog = opened(page);
    await button(dialog, "Remove the property old").click();
    const rows = await dialog.getByRole("textbox", { name: "Property" }).all();
    for (const [index, row] of rows.entries()) {
      if ((await row.inputValue()) === "visits") await field(dialog, "Value").nth(index).fill("4");
    }
    await button(dialog, "Add a property").click();
    await field(dialog, "Property").last().fill("city");
    await field(dialog, "Value").last().fill("42");
    await button(dialog, "Save").click();
    const properties = page.getByRole("region", { name: "Properties" });
    await properties.getByText("42").waitFor();
    assert.deepEqual((await read("cem")).properties, { visits: 4, plan: "free", city: "42" });
  });
});

describe("a profile that goes", () => {
  it("is deleted after a confirmation that says what is kept", async () => {
    await make("dee", { phoneNumber: "+447700900301" });
    const page = await portal.open("/profiles/dee");
    await button(page, "Delete").click();
    await page.getByText("The history is kept as proof, and so are the messages.").waitFor();
    await button(opened(page), "Keep it").click();
    assert.equal(await isGone("dee"), false);
    await button(page, "Delete").click();
    await button(opened(page), "Delete profile").click();
    await page.getByRole("heading", { level: 1, name: "Profiles" }).waitFor();
    assert.equal(await isGone("dee"), true);
  });

  it("is forgotten only after its id is typed, with all its messages", async () => {
    await make("eve", { phoneNumber: "+447700900302" });
    const inbound = {
      channel: "sms",
      from: "+447700900302",
      to: "+447700900001",
      body: "Call me Eve",
    };
    await portal.api("POST", "/v1/messages/inbounds", inbound);
    const page = await portal.open("/profiles/eve");
    await button(page, "Delete").click();
    await page.getByRole("radio", { name: "Forget the person" }).click();
    await button(opened(page), "Forget for good").click();
    await page.getByText("This is not the id of this profile.").waitFor();
    assert.equal(await isGone("eve"), false);
    await field(opened(page), "Type eve to confirm").fill("eve");
    await looksRight(page);
    await button(opened(page), "Forget for good").click();
    await page.getByRole("heading", { level: 1, name: "Profiles" }).waitFor();
    assert.equal(await isGone("eve"), true);
    const kept = await portal.api<{ items: object[] }>("GET", "/v1/messages/inbounds");
    assert.doesNotMatch(JSON.stringify(kept), /Call me Eve|900302/);
  });
});

describe("a profile's page", () => {
  it("shows the messages to and from the person", async () => {
    await make("fay", { phoneNumber: "+447700900303", optIn: { sms: true } });
    const inbound = {
      channel: "sms",
      from: "+447700900303",
      to: "+447700900001",
      body: "Stop please",
    };
    await portal.api("POST", "/v1/messages/inbounds", inbound);
    const page = await portal.open("/profiles/fay");
    const messages = page.getByRole("region", { name: "Messages" });
    await messages.scrollIntoViewIfNeeded();
    await messages.getByRole("tabpanel", { name: "Sent" }).getByText("You are out.").waitFor();
    await messages.getByRole("tab", { name: "Received" }).click();
    await messages.getByRole("tabpanel", { name: "Received" }).getByText("Stop please").waitFor();
    const { items } = await portal.api<Events>("GET", "/v1/profiles/fay/events");
    assert.equal(items[0]?.source, "rule");
  });

  for (const [name, path] of [
    ["Preferences link", "/embed/preferences?token="],
    ["Editor link", "/embed/editor?token="],
  ] as const) {
    it(`hands out its ${name.toLowerCase()} by a copy button`, async () => {
      const id = `linked-${name.split(" ")[0]?.toLowerCase()}`;
      await make(id);
      const page = await portal.open(`/profiles/${id}`, {
        permissions: ["clipboard-read", "clipboard-write"],
      });
      const row = page
        .getByRole("region", { name: "Links" })
        .getByRole("listitem")
        .filter({ hasText: name });
      await button(row, "Create link").click();
      await button(row, "Copy").click();
      await page.getByText("The link was copied.").first().waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(link.startsWith(`${portal.server.url}${path}`), link);
      assert.equal(await field(row, name).inputValue(), link);
      await looksRight(page);
    });
  }

  it("reported no error", () => assert.deepEqual(portal.faults, []));
});
