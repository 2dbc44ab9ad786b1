// Contact > Profiles > Import: a file, its columns, what would change, and the import.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Papa from "papaparse";
import type { Page } from "playwright-core";
import { choose, looksRight, usePortal } from "../support/portal.ts";

type Found = {
  items: {
    id: string;
    phoneNumber: string;
    properties: Record<string, string>;
    optIn: Record<string, boolean>;
  }[];
};

const hostile = `=HYPERLINK("https://evil.example","<img src=x onerror=alert(1)>")`;

const portal = usePortal(async () => {
  await portal.api("POST", "/v1/profiles", {
    id: "said-no",
    email: "no@example.com",
    optIn: { email: false },
  });
});

/** Opens the page and chooses a file there. */
async function withFile(lines: string[][], options = {}): Promise<Page> {
  const page = await portal.open("/profiles/import", { locale: "en-GB", ...options });
  const buffer = Buffer.from(Papa.unparse(lines));
  await page
    .getByLabel("CSV file")
    .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer });
  return page;
}

async function check(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("heading", { name: "What would change" }).waitFor();
}

async function figure(page: Page, name: string): Promise<string | undefined> {
  const texts = await page
    .getByRole("term")
    .filter({ hasText: name })
    .locator("xpath=following-sibling::dd")
    .allTextContents();
  return texts[0]?.trim();
}

/** The lines of the file that a button downloads. */
async function download(page: Page, name: string): Promise<string[][]> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name }).click(),
  ]);
  const text = await new Response((await file.createReadStream()) as never).text();
  return Papa.parse<string[]>(text, { skipEmptyLines: true }).data;
}

describe("Import", () => {
  const lines = [
    ["Mobile", "E-mail", "City", "SMS opt-in", "Email consent", "Consent date"],
    ["07700 900701", "one@example.com", "Leeds", "yes", "no", "2026-05-01"],
    ["", "no@example.com", "", "", "yes", "2026-05-01"],
    ["12", "", hostile, "", "", ""],
    ["07700 900702", "", "", "perhaps", "", ""],
  ];

  it("guesses the columns, checks without a change, imports, and reports the outcome of each line", async () => {
    const page = await withFile(lines);
    await page.getByRole("heading", { name: "Match the columns" }).waitFor();
    await check(page);
    for (const [name, count] of [
      ["New people", "1"],
      ["Added to", "0"],
      ["Refused", "2"],
      ["Opt-ins", "1"],
      ["Opt-outs", "1"],
      ["Stay opted out", "1"],
    ] as const) {
      assert.equal(await figure(page, name), count, name);
    }
    await page
      .getByText("Email stays opted out (by the API): that is newer than the proof")
      .waitFor();
    await page.getByText("“perhaps” in SMS opt-in is neither yes nor no.").waitFor();
    assert.deepEqual(
      (await portal.api<Found>("GET", "/v1/profiles?search=one@example.com")).items,
      [],
    );

    await page.getByRole("button", { name: "Import 1 person" }).click();
    await page.getByRole("heading", { name: "Imported", exact: true }).waitFor();
    const report = await download(page, "Download report");
    assert.deepEqual(
      report.map((line) => line.slice(0, 3)),
      [
        ["line", "person", "outcome"],
        ["2", "07700 900701", "created"],
        ["3", "no@example.com", "unchanged"],
        ["4", "12", "refused"],
        ["5", "07700 900702", "refused"],
      ],
    );
    const { items } = await portal.api<Found>("GET", "/v1/profiles?search=one@example.com");
    assert.deepEqual(
      [items[0]?.phoneNumber, items[0]?.properties, items[0]?.optIn.sms, items[0]?.optIn.email],
      ["+447700900701", { City: "Leeds" }, true, false],
    );
  });

  it("takes the meaning that is chosen for a column", async () => {
    const page = await withFile([
      ["Ref", "Mobile", "Tier"],
      ["r-1", "07700 900711", "gold"],
    ]);
    await choose(page, "Ref", "Profile id");
    await choose(page, "Tier", "Leave out");
    await check(page);
    await page.getByRole("button", { name: "Import 1 person" }).click();
    await page.getByRole("heading", { name: "Imported", exact: true }).waitFor();
    const { items } = await portal.api<Found>("GET", "/v1/profiles?search=r-1");
    assert.deepEqual([items[0]?.id, items[0]?.properties], ["r-1", {}]);
  });

  it("asks for a column that identifies people, and refuses the same meaning twice", async () => {
    const page = await withFile([
      ["Colour", "Size"],
      ["red", "M"],
    ]);
    await page
      .getByText("Choose the column with the phone number, the email address or the id.")
      .waitFor();
    assert.ok(await page.getByRole("button", { name: "Check" }).isDisabled());
    await choose(page, "Colour", "Profile id");
    await choose(page, "Size", "Profile id");
    await page.getByText("Two columns are “Profile id”. Leave one of them out.").waitFor();
  });

  it("opens in a browser whose language is not a BCP 47 tag, and takes its country", async () => {
    // Of its own: the script stays.
    const page = await portal.open("/", { locale: "en-US" });
    await page.addInitScript(
      `Object.defineProperty(navigator, "language", { get: () => "en-US@posix" })`,
    );
    await page.goto(`${portal.server.url}/profiles/import`);
    await page.getByLabel("CSV file").setInputFiles({
      name: "people.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("phone\n07700 900123"),
    });
    const country = page.locator("wa-select[name=country]");
    await country.waitFor();
    assert.equal(await country.evaluate((select) => (select as HTMLSelectElement).value), "US");
  });

  it("says that a file is empty, or not CSV at all", async () => {
    const page = await portal.open("/profiles/import");
    for (const [text, complaint] of [
      ["", "This file is empty."],
      ["a,b\n", "There are no lines below"],
      ["PK\0\0", "This is not a CSV file."],
    ] as const) {
      await page
        .getByLabel("CSV file")
        .setInputFiles({ name: "x.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      await page.getByRole("alert").getByText(complaint).waitFor();
    }
  });

  it("imports an export without a change", async () => {
    await portal.api("POST", "/v1/profiles", {
      id: "-round",
      phoneNumber: "+447700900721",
      properties: { note: hostile, "odd.name": "-x" },
      optIn: { sms: true },
    });
    const response = await fetch(`${portal.server.url}/v1/profiles/export`, {
      headers: { Authorization: `Bearer ${portal.server.key}` },
    });
    const page = await portal.open("/profiles/import");
    await page.getByLabel("CSV file").setInputFiles({
      name: "profiles.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(await response.arrayBuffer()),
    });
    await check(page);
    for (const name of [
      "New people",
      "Added to",
      "Refused",
      "Opt-ins",
      "Opt-outs",
      "Stay opted out",
    ]) {
      assert.equal(await figure(page, name), "0", name);
    }
    await page.getByRole("button", { name: "Nothing to import" }).waitFor();
  });

  it("reads a file from an older Excel", async () => {
    const page = await portal.open("/profiles/import");
    const buffer = Buffer.from("id;Ville\r\nvieux;Orl\u00e9ans\r\n", "latin1");
    await page
      .getByLabel("CSV file")
      .setInputFiles({ name: "x.csv", mimeType: "text/csv", buffer });
    await page.getByText("Orléans").waitFor();
    await check(page);
    await page.getByRole("button", { name: "Import 1 person" }).click();
    await page.getByRole("heading", { name: "Imported", exact: true }).waitFor();
    const { items } = await portal.api<Found>("GET", "/v1/profiles?search=vieux");
    assert.deepEqual(items[0]?.properties, { Ville: "Orléans" });
  });

  it("can be cancelled, keeps what was imported, and continues from there", async () => {
    const many = Array.from({ length: 8_000 }, (_, index) => [`many-${index}`, "yes"]);
    const page = await withFile([["id", "SMS opt-in"], ...many]);
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "Match the columns" }).waitFor();
    assert.deepEqual((await portal.api<Found>("GET", "/v1/profiles?search=many-")).items, []);
    await check(page);
    await page.getByRole("button", { name: "Import 8,000 people" }).click();
    await page
      .getByText(/^\d+,?\d* lines imported$/)
      .filter({ hasNotText: /^0 / })
      .waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "Import cancelled" }).waitFor();
    const imported = Number((await figure(page, "New people"))?.replace(",", ""));
    assert.ok(imported > 0 && imported < 8_000, String(imported));
    assert.equal((await download(page, "Download report")).length, imported + 1);
  });

  for (const [width, colorScheme] of [
    [360, "dark"],
    [1440, "light"],
  ] as const) {
    it(`shows axe no fault at ${width} px in ${colorScheme}, and hostile cells as text`, async () => {
      const page = await withFile(
        [
          [hostile, "Mobile"],
          [hostile, "12"],
        ],
        { viewport: { width, height: 800 }, colorScheme },
      );
      await page.getByRole("combobox", { name: hostile }).waitFor();
      await looksRight(page);
      await check(page);
      await looksRight(page);
      assert.deepEqual(portal.faults, []);
    });
  }
});
