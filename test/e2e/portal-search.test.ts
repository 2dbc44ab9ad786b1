// Contact > Profiles: found by anything that is known about a person, and opted out together.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { looksRight, opened, usePortal } from "../support/portal.ts";

type Flags = { items: { channel: string; optedIn: boolean; source: string }[] };

const portal = usePortal(async () => {
  const rows = Array.from({ length: 120 }, (_, index) => ({
    id: `crowd-${String(index).padStart(3, "0")}`,
    optIn: { sms: true, email: true },
  }));
  rows.push(
    Object.assign(
      { id: "ada", phoneNumber: "+447700900123", email: "ada@engine.example" },
      { optIn: { sms: true, email: true } },
    ),
    Object.assign(
      { id: "bob", properties: { city: "London", name: "<b>Bob</b>" } },
      { optIn: { sms: true, email: true } },
    ),
  );
  await portal.api("POST", "/v1/profiles/import", { rows });
});

describe("Profiles", () => {
  for (const [search, id] of [
    ["07700 9001", "ada"],
    ["0123", "ada"],
    ["@engine", "ada"],
    ["lond", "bob"],
    ["city:London", "bob"],
  ] as const) {
    it(`are found by ${search}`, async () => {
      const page = await portal.open("/profiles");
      await page.getByRole("link", { name: "crowd-000" }).waitFor();
      await page.getByRole("searchbox", { name: "Search" }).fill(search);
      await page.getByRole("link", { name: "crowd-000" }).waitFor({ state: "detached" });
      await page.getByRole("link", { name: id, exact: true }).waitFor();
      assert.equal(await page.getByRole("row").count(), 2);
    });
  }

  it("come in pages", async () => {
    const page = await portal.open("/profiles");
    await page.getByRole("link", { name: "crowd-000" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "crowd-119" }).count(), 0);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("link", { name: "crowd-090" }).waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("link", { name: "crowd-119" }).waitFor();
  });

  it("are found again on the way back from one of them", async () => {
    const page = await portal.open("/profiles");
    await page.getByRole("searchbox", { name: "Search" }).fill("lond");
    await page.getByRole("link", { name: "crowd-000" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "bob", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "bob" }).waitFor();
    assert.doesNotMatch(page.url(), /lond/);
    await page.goBack();
    await page.getByRole("link", { name: "bob", exact: true }).waitFor();
    assert.equal(await page.getByRole("searchbox", { name: "Search" }).inputValue(), "lond");
    assert.equal(await page.getByRole("link", { name: "crowd-000" }).count(), 0);
  });

  it("that match a search are exported, and no others", async () => {
    const page = await portal.open("/profiles");
    await page.getByRole("searchbox", { name: "Search" }).fill("lond");
    await page.getByRole("link", { name: "crowd-000" }).waitFor({ state: "detached" });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export CSV" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "profiles.csv");
    const text = await new Response((await download.createReadStream()) as never).text();
    const lines = text.trim().split("\r\n");
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? "", /^bob,/);
  });
});

describe("A selection", () => {
  it("is opted out on the chosen channels, with a reason and a number", async () => {
    const page = await portal.open("/profiles");
    for (const name of ["Select crowd-001", "Select crowd-002"]) {
      await page.getByRole("checkbox", { name }).check();
    }
    const selection = page.getByRole("group", { name: "Selection" });
    await selection.getByText("2 selected").waitFor();
    await selection.getByRole("button", { name: "Opt out" }).click();
    const dialog = opened(page);
    await dialog.getByRole("textbox", { name: "Reason" }).waitFor();
    await dialog.getByRole("checkbox", { name: "Email" }).press("Space");
    await dialog.getByRole("button", { name: "Opt out 2 people" }).click();
    await dialog.getByText("Say why: it is part of the proof.").waitFor();
    await dialog.getByRole("textbox", { name: "Reason" }).fill("Asked at the fair");
    await dialog.getByRole("button", { name: "Opt out 2 people" }).click();
    await page.getByRole("region", { name: "News" }).getByText("2 people opted out.").waitFor();
    await page.getByText("Nobody selected").waitFor();
    for (const id of ["crowd-001", "crowd-002"]) {
      const { items } = await portal.api<Flags>("GET", `/v1/profiles/${id}/optin`);
      const state = Object.fromEntries(
        items.map(({ channel, optedIn, source }) => [channel, [optedIn, source]]),
      );
      assert.deepEqual(
        [state.sms, state.email],
        [
          [false, "portal"],
          [true, "import"],
        ],
      );
    }
  });

  it("can be the whole page, and is cleared by another search", async () => {
    const page = await portal.open("/profiles");
    await page.getByRole("checkbox", { name: "Select all on this page" }).press("Space");
    await page.getByText("50 selected").waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("crowd");
    await page.getByText("Nobody selected").waitFor();
    await page.getByRole("checkbox", { name: "Select all on this page" }).press("Space");
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.getByText("Nobody selected").waitFor();
  });

  for (const [width, colorScheme] of [
    [360, "dark"],
    [1440, "light"],
  ] as const) {
    it(`shows axe no fault at ${width} px in ${colorScheme}, and names as text`, async () => {
      const page = await portal.open("/profiles", {
        viewport: { width, height: 800 },
        colorScheme,
      });
      await page.getByRole("searchbox", { name: "Search" }).fill("bob");
      await page.getByText("<b>Bob</b>").waitFor();
      await page.getByRole("checkbox", { name: "Select bob" }).press("Space");
      await looksRight(page);
      await page
        .getByRole("group", { name: "Selection" })
        .getByRole("button", { name: "Opt out" })
        .click();
      await opened(page).getByRole("textbox", { name: "Reason" }).waitFor();
      await looksRight(page);
      assert.deepEqual(portal.faults, []);
    });
  }
});
