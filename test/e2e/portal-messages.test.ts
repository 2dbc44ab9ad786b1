// Contact > Messages: a newcomer sees STOP work in ten seconds.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { choose, looksRight, usePortal } from "../support/portal.ts";

type Profiles = { items: { optIn: { sms: boolean } }[] };

const portal = usePortal(async () => {
  await portal.api("POST", "/v1/rules/presets", {
    channel: "sms",
    preset: "stop",
    reply: "You are out.",
  });
  await portal.api("POST", "/v1/profiles", { phoneNumber: "+447700900123", optIn: { sms: true } });
});

describe("Messages", () => {
  it("opts out a made-up phone by STOP, and shows the message and the reply", async () => {
    const page = await portal.open("/messages");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("status").getByText("+447700900123 is now opted out on SMS.").waitFor();
    const inbound = page.getByRole("tabpanel", { name: "Inbound" }).getByRole("listitem");
    await inbound.getByText("Opted out").waitFor();
    await inbound.getByText("Simulated").waitFor();
    await page.getByRole("tab", { name: "Outbox" }).click();
    await page.getByRole("tabpanel", { name: "Outbox" }).getByText("You are out.").waitFor();
    const { items } = await portal.api<Profiles>("GET", "/v1/profiles?phoneNumber=%2B447700900123");
    assert.equal(items[0]?.optIn.sms, false);
    await looksRight(page);
  });

  it("says what is wrong with a sender", async () => {
    const page = await portal.open("/messages");
    await page.getByRole("textbox", { name: "From" }).fill("not a number");
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "from");
    assert.deepEqual(portal.faults, []);
  });

  it("filters the outbox by channel, and says in words why something was not sent", async () => {
    await portal.api("POST", "/v1/profiles", { id: "out", phoneNumber: "+447700900124" });
    const headers = {
      Authorization: `Bearer ${portal.server.key}`,
      "Content-Type": "application/json",
    };
    const refused = {
      to: { profileId: "out" },
      rules: ["sms", "email"],
      body: "Offer",
      requireOptIn: true,
    };
    const { status } = await fetch(`${portal.server.url}/v1/messages`, {
      ...{ method: "POST", headers, body: JSON.stringify(refused) },
    });
    assert.equal(status, 422);
    const page = await portal.open("/messages?tab=outbox");
    const outbox = page.getByRole("tabpanel", { name: "Outbox" });
    const message = outbox.getByRole("listitem").filter({ hasText: "Offer" });
    await message.getByText("SMS: The person is opted out.").waitFor();
    await message.getByText("Email: The person has no address for this.").waitFor();
    await choose(outbox, "Channel", "WhatsApp");
    await outbox.getByRole("heading", { name: "No matches" }).waitFor();
    await choose(outbox, "Channel", "Any");
    await choose(outbox, "Status", "Not sent");
    await message.getByRole("link", { name: "out" }).click();
    await page.getByRole("heading", { level: 1, name: "out" }).waitFor();
  });

  it("counts likely opt-outs in the menu, and opts out by one press", async () => {
    const message = { channel: "sms", to: "+447700900001", body: "Wrong number" };
    await portal.api("POST", "/v1/messages/inbounds", { ...message, from: "+447700900125" });
    await portal.api("POST", "/v1/messages/inbounds", { ...message, from: "+447700900126" });
    const page = await portal.open("/messages?tab=likely");
    const menu = page.getByRole("navigation", { name: "Menu" }).first();
    await menu.getByText("2 likely opt-outs wait").waitFor();
    await looksRight(page);
    const list = page.getByRole("tabpanel", { name: "Likely opt-outs" });
    await list.getByText('It says "wrong number".').first().waitFor();
    await list.getByRole("button", { name: "Opt out", exact: true }).first().click();
    await page.getByText("+447700900125 is now opted out on SMS.").first().waitFor();
    await menu.getByText("1 likely").waitFor();
    await list.getByRole("button", { name: "No", exact: true }).click();
    await list.getByRole("heading", { name: "Nothing waits" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await list.getByText("+447700900126").waitFor();
    assert.deepEqual(portal.faults, []);
  });

  it("says that no rule matches other words", async () => {
    const page = await portal.open("/messages");
    await page.getByRole("textbox", { name: "Message" }).fill("hello there");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("no flag changes").waitFor();
  });
});
