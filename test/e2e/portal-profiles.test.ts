// Contact > Profiles: find a person, see why each flag is so, change one with a reason.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { looksRight, usePortal } from "../support/portal.ts";

type Flags = { items: { channel: string; optedIn: boolean; source: string }[] };

const hostile = `<img src=x onerror="document.title='gone'">`;

const portal = usePortal(async () => {
  const ada = {
    id: "ada",
    phoneNumber: "+447700900123",
    email: "ada@example.com",
    properties: { name: hostile },
  };
  await portal.api("POST", "/v1/profiles", ada);
  await portal.api("POST", "/v1/profiles", {
    id: "bob",
    phoneNumber: "+447700900777",
    optIn: { sms: true },
  });
});

const flagsOf = (page: Page) =>
  page.getByRole("region", { name: "Opt-in state" }).getByRole("listitem");

describe("Profiles", () => {
  for (const search of ["ada", "+44 7700 900123", "ADA@exam"]) {
    it(`finds a person by ${search}, as one types`, async () => {
      const page = await portal.open("/profiles");
      await page.getByRole("link", { name: "bob" }).waitFor();
      await page.getByRole("searchbox", { name: "Search" }).pressSequentially(search);
      await page.getByRole("link", { name: "bob" }).waitFor({ state: "detached" });
      await page.getByRole("link", { name: "ada" }).waitFor();
    });
  }

  it("lists one phone in two spellings, and merges its profiles", async () => {
    await portal.api("POST", "/v1/profiles", { id: "first", phoneNumber: "+5531988880001" });
    await portal.api("POST", "/v1/profiles", { id: "second", phoneNumber: "+5531988880002" });
    const sql = portal.server.database?.sql ?? assert.fail();
    await sql`update profiles set phone_number = '+553188880001' where id = 'second'`;
    const page = await portal.open("/profiles");
    const twins = page.getByRole("region", { name: "One phone, two profiles" });
    await twins.getByText("+553188880001").waitFor();
    await looksRight(page);
    await twins.getByRole("button", { name: "Merge into first" }).click();
    await twins.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "second" }).waitFor({ state: "detached" });
    await portal.api("DELETE", "/v1/profiles/first");
  });

  it("says that nobody was found", async () => {
    const page = await portal.open("/profiles");
    await page.getByRole("searchbox", { name: "Search" }).fill("nobody");
    await page.getByRole("status").getByText("Nobody found").waitFor();
  });

  it("changes a flag only with a reason, and shows it in the timeline", async () => {
    const page = await portal.open("/profiles");
    await page.getByRole("link", { name: "bob" }).click();
    const flag = flagsOf(page).filter({ hasText: "SMS" });
    await flag.getByRole("button", { name: "Opt out" }).click();
    await flag.getByRole("button", { name: "Opt out" }).click();
    await flag.getByText("Say why: it is part of the proof.").waitFor();
    await flag.getByRole("textbox", { name: "Reason" }).fill("Asked by phone");
    await flag.getByRole("button", { name: "Opt out" }).click();
    await flag.getByText("By the portal").waitFor();
    await page.getByRole("region", { name: "Timeline" }).getByText("“Asked by phone”").waitFor();
    const { items } = await portal.api<Flags>("GET", "/v1/profiles/bob/optin");
    const sms = items.find(({ channel }) => channel === "sms");
    assert.deepEqual([sms?.optedIn, sms?.source], [false, "portal"]);
  });

  it("shows a person to axe without fault, and hostile properties as text", async () => {
    const page = await portal.open("/profiles/ada", {
      viewport: { width: 360, height: 740 },
      colorScheme: "dark",
    });
    await page.getByText(hostile).waitFor();
    await page
      .getByRole("region", { name: "Timeline" })
      .getByText("Opted out of every channel by default.")
      .waitFor();
    await flagsOf(page).filter({ hasText: "RCS" }).getByText("Never asked").waitFor();
    await looksRight(page);
    assert.deepEqual(portal.faults, []);
  });

  it("says that there is no such person", async () => {
    const page = await portal.open("/profiles/nobody");
    await page.getByRole("alert").getByText("There is no profile with this id.").first().waitFor();
  });
});
