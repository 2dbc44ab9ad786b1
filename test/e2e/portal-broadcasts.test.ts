// Contact > Broadcast: write, choose the audience, see who gets it, send.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { adminPassword, choose, opened, usePortal } from "../support/portal.ts";

type Message = { profileId: string; body: string; status: string };
type Broadcast = {
  id: string;
  name: string;
  status: string;
  counts: { queued: number; sent: number };
};

const portal = usePortal(async () => {
  const people = [
    [
      "ada",
      {
        phoneNumber: "+447700900401",
        properties: { name: "Ada", city: "Bonn" },
        optIn: { sms: true },
      },
    ],
    [
      "bob",
      {
        phoneNumber: "+447700900402",
        properties: { name: "Bob", city: "Bonn" },
        optIn: { sms: true },
      },
    ],
    ["cem", { phoneNumber: "+447700900403", properties: { name: "Cem", city: "Bonn" } }],
    [
      "dee",
      { email: "dee@example.com", properties: { name: "Dee", city: "Bonn" }, optIn: { sms: true } },
    ],
    [
      "eve",
      {
        phoneNumber: "+447700900405",
        properties: { name: "Eve", visits: 3 },
        optIn: { sms: true },
      },
    ],
  ] as const;
  for (const [id, body] of people) await portal.api("POST", "/v1/profiles", { id, ...body });
});

const button = (place: Page | Locator, name: string | RegExp) =>
  place.getByRole("button", { name, exact: true });
const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const whoGetsIt = (page: Page) => page.getByRole("region", { name: "Who gets it" });
const gets = (page: Page, text: string) =>
  whoGetsIt(page).getByRole("status").filter({ hasText: text }).waitFor();
const newest = async () =>
  (await portal.api<{ items: Broadcast[] }>("GET", "/v1/broadcasts")).items[0] as Broadcast;

async function write(page: Page, { name = "News", body = "Hello" } = {}) {
  await field(page, "Name").fill(name);
  await field(page, "Message").fill(body);
}

async function send(page: Page, words: string) {
  await button(page, "Review and send").click();
  await button(opened(page), words).click();
}

describe("Broadcast", () => {
  it("says what to do if there is none yet", async () => {
    const page = await portal.open("/broadcasts");
    await page.getByRole("link", { name: "Write the first broadcast" }).click();
    await page.getByRole("heading", { level: 1, name: "New broadcast" }).waitFor();
  });

  it("leads from writing, through who will get it and who will not and why, to a broadcast that is sent", async () => {
    const page = await portal.open("/broadcasts");
    await page.getByRole("link", { name: "New broadcast" }).click();
    await write(page, { name: "Spring", body: "Hello " });
    await button(page, "Insert a merge field").click();
    await page.getByRole("menuitem", { name: "name", exact: true }).click();
    await page.getByRole("radio", { name: "People with a property" }).click();
    await button(page, "city").click();
    await field(page, "Equals").fill("Bonn");
    await gets(page, "2 people will get it");
    const willNot = whoGetsIt(page).getByRole("list", { name: "Who will not get it, and why" });
    await willNot
      .getByRole("listitem")
      .filter({ hasText: "Opted out of SMS" })
      .getByText("cem")
      .waitFor();
    await willNot
      .getByRole("listitem")
      .filter({ hasText: "No phone number" })
      .getByText("dee")
      .waitFor();
    assert.deepEqual((await portal.api<{ items: Message[] }>("GET", "/v1/messages")).items, []);

    await button(page, "Review and send").click();
    await opened(page).getByText("It goes to 2 people by SMS").waitFor();
    await opened(page).getByText("Hello {{profile.name}}").waitFor();
    await button(opened(page), "Send to 2 people").click();
    await page.getByRole("heading", { level: 1, name: "Spring" }).waitFor();
    await page.getByRole("status").filter({ hasText: "The broadcast is done." }).waitFor();
    await page.getByText("2 of 2").waitFor();
    const bar = page.getByRole("progressbar", { name: "Progress of the broadcast" });
    assert.equal(await bar.getAttribute("aria-valuenow"), "100");
    await page.getByText("People whose city is “Bonn”").waitFor();

    const { items } = await portal.api<{ items: Message[] }>("GET", "/v1/messages");
    assert.deepEqual(items.map(({ profileId, body, status }) => [profileId, body, status]).sort(), [
      ["ada", "Hello Ada", "sent"],
      ["bob", "Hello Bob", "sent"],
    ]);
    await page.getByRole("link", { name: "Broadcast" }).first().click();
    const row = page.getByRole("row").filter({ hasText: "Spring" });
    await row.getByRole("cell", { name: "Done" }).waitFor();
    await row.getByRole("cell", { name: "2", exact: true }).waitFor();
  });

  it("says of a pasted list who is unknown and who is listed twice", async () => {
    const page = await portal.open("/broadcasts/new");
    await page.getByRole("radio", { name: "A pasted list" }).click();
    await field(page, "List").fill("+44 7700 900401\n+447700900401\n+447700900499\nnonsense");
    await gets(page, "1 person will get it");
    const row = (text: string) => whoGetsIt(page).getByRole("listitem").filter({ hasText: text });
    await row("Not among your profiles").getByText("nonsense").waitFor();
    await row("Listed more than once").getByText("+447700900401").waitFor();
  });

  it("takes a list of profile ids", async () => {
    const page = await portal.open("/broadcasts/new");
    await page.getByRole("radio", { name: "A pasted list" }).click();
    await choose(page, "It holds", "Profile ids");
    await field(page, "List").fill("ada, no one\nbob");
    await gets(page, "2 people will get it");
    await whoGetsIt(page).getByRole("listitem").getByText("no one").waitFor();
  });

  it("takes a column of a CSV file", async () => {
    const page = await portal.open("/broadcasts/new");
    await page.getByRole("radio", { name: "A CSV file" }).click();
    const csv =
      'who,"mobile, private",member\r\nAda,"+44 7700 900401",ada\r\nEve,+447700900405,eve\r\nCem,+447700900403,bob\r\n';
    await page
      .getByLabel("CSV file")
      .setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await gets(page, "2 people will get it");
    await choose(page, "Column", "member");
    await choose(page, "It holds", "Profile ids");
    await gets(page, "3 people will get it");
  });

  it("finds people whose property is a number", async () => {
    const page = await portal.open("/broadcasts/new");
    await page.getByRole("radio", { name: "People with a property" }).click();
    await button(page, "visits").click();
    await field(page, "Equals").fill("3");
    await gets(page, "1 person will get it");
  });

  it("keeps the draft through a reload and a visit to another page, until it is discarded", async () => {
    const page = await portal.open("/broadcasts/new");
    await write(page, { name: "Kept", body: "Half of a" });
    await page.reload();
    await page.getByRole("link", { name: "Messages" }).click();
    await page.getByRole("heading", { level: 1, name: "Messages" }).waitFor();
    await page.goBack();
    await page.waitForFunction(
      () =>
        (document.querySelector("[name=body]") as HTMLInputElement | null)?.value === "Half of a",
    );
    assert.equal(await field(page, "Name").inputValue(), "Kept");
    await button(page, "Discard").click();
    await page.getByText("The draft was discarded.").first().waitFor();
    await page.getByRole("link", { name: "New broadcast" }).click();
    assert.equal(await field(page, "Name").inputValue(), "");
  });

  it("forgets the draft when the admin signs out", async () => {
    const page = await (await portal.browser.newContext()).newPage();
    await page.goto(`${portal.server.url}/broadcasts/new`);
    await page.getByRole("textbox", { name: "Password" }).fill(adminPassword);
    await button(page, "Sign in").click();
    await write(page, { name: "Secret", body: "For nobody's eyes" });
    assert.match(await page.evaluate(() => JSON.stringify(sessionStorage)), /nobody's eyes/);
    await button(page, "Sign out").click();
    await page.getByRole("textbox", { name: "Password" }).waitFor();
    assert.equal(await page.evaluate(() => JSON.stringify(sessionStorage)), "{}");
  });

  it("asks for a name and a message, and focuses them", async () => {
    const page = await portal.open("/broadcasts/new");
    await button(page, "Review and send").click();
    await page.getByText("Write the message that people will read.").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "name");
  });

  it("says at the field what the server refuses", async () => {
    const page = await portal.open("/broadcasts/new");
    await write(page);
    await button(page, "More: how fast").click();
    await field(page, "Messages a second").fill("999999");
    await send(page, "Send to 3 people");
    await page.getByText("A whole number from 1 to 100,000.").waitFor();
  });

  it("sends nothing if nobody would get it", async () => {
    const page = await portal.open("/broadcasts/new");
    await write(page, { name: "Nobody" });
    await choose(page, "Channel", "RCS");
    await gets(page, "0 people will get it");
    await button(page, "Review and send").click();
    await page.getByRole("alert").getByText("Nobody in this audience would get it").waitFor();
    assert.notEqual((await newest()).name, "Nobody");
  });
});

it("no page reported a fault", () => assert.deepEqual(portal.faults, []));
