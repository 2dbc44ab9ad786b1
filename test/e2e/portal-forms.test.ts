// Channels > Opt-in forms: from Add to a person's flag, using only what the screen shows.

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { textsOf } from "../../server/texts/texts.ts";
import { choose, looksRight, opened, usePortal } from "../support/portal.ts";
import { type HostPage, hostPage } from "./host-page.ts";

type Form = { id: string; description: string; channel: string; wording: number; active: boolean };
type Profiles = { items: { optIn: { whatsApp: boolean } }[] };

let host: HostPage;
const portal = usePortal(async () => {
  host = await hostPage(portal.server.url);
});
after(async () => {
  await host.close();
});

const newest = async () =>
  (await portal.api<{ items: Form[] }>("GET", "/v1/forms")).items[0] as Form;
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const field = (page: Page, name: string) => page.getByRole("textbox", { name });

async function makeForm(over: object = {}) {
  const body = {
    channel: "sms",
    description: "News",
    confirmationMessage: "Texts from Ada's.",
    buttonText: "Go",
  };
  return portal.api<Form>("POST", "/v1/forms", { ...body, ...over });
}

describe("a new form", () => {
  it("leads from Add through Next and Create to a code that opts a person in on a page of another origin", async () => {
    const page = await portal.open("/forms", {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByRole("link", { name: "Add", exact: true }).click();
    await choose(page, "Channel", "WhatsApp");
    await field(page, "Description").fill("Bread news");
    await button(page, "Next").click();
    await page.getByText("Name your business in the message").waitFor();
    await page.getByText("More: business").click();
    await field(page, "Business name").fill("Salt & Crumb");
    await field(page, "Country").fill("gb");
    await field(page, "Confirmation message").fill(
      "I agree to WhatsApp messages from Salt & Crumb.",
    );
    await page.getByText("Name your business in the message").waitFor({ state: "detached" });
    await field(page, "Button text").fill("Send me the news");
    const preview = page.locator("opt-in-form");
    await preview.getByText("I agree to WhatsApp messages from Salt & Crumb.").waitFor();
    await preview.getByText("Send me the news").waitFor();
    await looksRight(page);
    await button(page, "Create").click();
    await page.getByRole("heading", { level: 1, name: "Bread news" }).waitFor();
    await page.getByRole("tab", { name: "Custom element" }).click();
    await button(page, "Copy Code").click();
    await page.getByText("The code was copied.").first().waitFor();
    host.write(await page.evaluate(() => navigator.clipboard.readText()));

    const visitor = await (await portal.browser.newContext()).newPage();
    await visitor.goto(host.origin);
    await visitor.getByLabel("Your phone number").fill("07700 900321");
    await visitor.getByRole("button", { name: "Send me the news" }).click();
    await visitor.getByText("Thank you.").waitFor();
    const { items } = await portal.api<Profiles>("GET", "/v1/profiles?phoneNumber=%2B447700900321");
    assert.equal(items[0]?.optIn.whatsApp, true);
    await page.goto(`${portal.server.url}/forms`);
    await page
      .getByRole("row")
      .filter({ hasText: "Bread news" })
      .getByRole("cell", { name: "1", exact: true })
      .waitFor();
  });

  it("can be made with the keyboard alone", async () => {
    const page = await portal.open("/forms/new");
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await field(page, "Description").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("name"));
    while ((await focused()) !== "description") await press("Tab");
    await page.keyboard.type("By keyboard");
    await press("Enter");
    await page.waitForFunction(
      () => document.activeElement?.getAttribute("name") === "confirmationMessage",
    );
    await press("Tab", "Enter");
    await page.getByRole("heading", { level: 1, name: "By keyboard" }).waitFor();
    assert.equal((await newest()).description, "By keyboard");
  });

  it("can ask for confirmation, in a language of its own, and the preview speaks it", async () => {
    const page = await portal.open("/forms/new");
    await field(page, "Description").fill("Asks twice");
    await button(page, "Next").click();
    await page.getByText("nothing proves that the address is the person's own").waitFor();
    await page.getByRole("radio", { name: "Once they have confirmed it" }).click();
    await page.getByText("a six-digit code").waitFor();
    await page.getByText("More: business").click();
    await choose(page, "Language", "Deutsch");
    await page
      .locator("opt-in-form")
      .getByText(textsOf("de", "form").phoneLabel ?? "")
      .waitFor();
    await looksRight(page);
    await button(page, "Create").click();
    await page.getByRole("heading", { level: 1, name: "Asks twice" }).waitFor();
    await page.getByText("Asks for confirmation").waitFor();
    await looksRight(page);
    const form = (await newest()) as Form & { confirm: string; language: string };
    assert.deepEqual([form.confirm, form.language], ["double", "de"]);
  });

  it("says that sending codes to every country is a risk, until countries are named", async () => {
    const page = await portal.open("/forms/new");
    await field(page, "Description").fill("Far and wide");
    await button(page, "Next").click();
    await page.getByRole("radio", { name: "Once they have confirmed it" }).click();
    const risk = page.getByText("sends codes to numbers in every country");
    await risk.waitFor();
    await page.getByText("More: business").click();
    await field(page, "Countries that get codes").fill("gb uk");
    await risk.waitFor({ state: "detached" });
    await button(page, "Create").click();
    await page.getByText("No country with phone numbers has the code UK").waitFor();
    await field(page, "Countries that get codes").fill("gb, ie");
    await looksRight(page);
    await button(page, "Create").click();
    await page.getByText("Codes go to numbers of United Kingdom and Ireland.").waitFor();
    assert.deepEqual(((await newest()) as Form & { countries: string[] }).countries, ["GB", "IE"]);
    await page.getByRole("link", { name: "Edit" }).click();
    await page.locator("wa-details [part~=header]").click();
    await field(page, "Countries that get codes").fill("*");
    await button(page, "Save").click();
    await page.getByRole("heading", { level: 1, name: "Far and wide" }).waitFor();
    await risk.waitFor();
    await looksRight(page);
  });

  it("asks for a description before the next step", async () => {
    const page = await portal.open("/forms/new");
    await button(page, "Next").click();
    await page.getByText("Write a few words that you will recognise later.").waitFor();
  });

  it("says at the field what the server refuses", async () => {
    const page = await portal.open("/forms/new");
    await field(page, "Description").fill("Wrong country");
    await button(page, "Next").click();
    await page.getByText("More: business").click();
    await field(page, "Country").fill("G1");
    await button(page, "Create").click();
    await page.getByText("A country as two capital letters").waitFor();
  });

  it("goes back one step with the browser's back button, and keeps the draft", async () => {
    const page = await portal.open("/forms");
    await page.getByRole("link", { name: "Add", exact: true }).click();
    await field(page, "Description").fill("Two steps");
    await button(page, "Next").click();
    await field(page, "Confirmation message").fill("Texts from Ada's, please.");
    await page.goBack();
    await field(page, "Description").waitFor();
    assert.equal(await field(page, "Description").inputValue(), "Two steps");
    await page.goForward();
    await field(page, "Confirmation message").waitFor();
    await page.reload();
    await field(page, "Confirmation message").waitFor();
    assert.equal(
      await field(page, "Confirmation message").inputValue(),
      "Texts from Ada's, please.",
    );
    await button(page, "Create").click();
    await page.getByRole("heading", { level: 1, name: "Two steps" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Opt-in forms" }).waitFor();
  });
});

describe("a form", () => {
  it("gets a new wording when it is edited, and keeps the old one", async () => {
    const { id } = await makeForm();
    const page = await portal.open(`/forms/${id}`);
    await page.getByRole("link", { name: "Edit" }).click();
    await field(page, "Button text").fill("Go on");
    await button(page, "Save").click();
    await page.getByText("People now see wording 2.").first().waitFor();
    const wordings = page.getByRole("region", { name: "Wordings" }).getByRole("listitem");
    await wordings.filter({ hasText: "Go on" }).getByText("Shown now").waitFor();
    assert.equal(await wordings.count(), 2);
  });

  it("is paused, and resumes by undo", async () => {
    const { id } = await makeForm();
    const page = await portal.open(`/forms/${id}`);
    await button(page, "Pause").click();
    await button(page, "Resume").waitFor();
    assert.equal((await portal.api<Form>("GET", `/v1/forms/${id}`)).active, false);
    await button(page, "Undo").click();
    await button(page, "Pause").waitFor();
    assert.equal((await portal.api<Form>("GET", `/v1/forms/${id}`)).active, true);
  });

  it("is deleted only after a confirmation", async () => {
    const { id } = await makeForm({ description: "Short-lived" });
    const page = await portal.open(`/forms/${id}`);
    await button(page, "Delete").click();
    await opened(page).getByRole("button", { name: "Delete form" }).click();
    await page.getByRole("heading", { level: 1, name: "Opt-in forms" }).waitFor();
    assert.notEqual((await newest())?.id, id);
  });

  it("stays readable after it is deleted, also from the timeline of whoever agreed to it", async () => {
    const { id } = await makeForm({ confirmationMessage: "Yes, bread.", buttonText: "Bread me" });
    const address = "+447700900188";
    await portal.api("POST", `/public/forms/${id}/submissions`, { address });
    await portal.api("DELETE", `/v1/forms/${id}`);
    const path = "/v1/profiles?phoneNumber=%2B447700900188";
    const { items } = await portal.api<{ items: { id: string }[] }>("GET", path);
    const page = await portal.open(`/profiles/${items[0]?.id}`);
    const timeline = page.getByRole("region", { name: "Timeline" }).getByRole("listitem");
    const event = timeline.filter({ hasText: "Agreed to wording 1" });
    await event.getByText("Yes, bread.").waitFor();
    await event.getByText("Bread me").waitFor();
    await looksRight(page);
    await event.getByRole("link", { name: "the form" }).click();
    await page.getByText("It takes no more submissions").waitFor();
    await page.getByText("Deleted", { exact: true }).waitFor();
    const wordings = page.getByRole("region", { name: "Wordings" }).getByRole("listitem");
    await wordings.filter({ hasText: "Yes, bread." }).waitFor();
    assert.deepEqual(
      [await button(page, "Delete").count(), await wordings.getByText("Shown now").count()],
      [0, 0],
    );
    await looksRight(page);
    const edit = await portal.open(`/forms/${id}/edit`);
    await edit.getByText("This form was deleted and cannot be changed.").waitFor();
    assert.deepEqual(portal.faults, []);
  });

  it("can be tried on the example page", async () => {
    const { id } = await makeForm();
    const page = await portal.open(`/forms/${id}`);
    const [site] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "Try it" }).click(),
    ]);
    await site.locator("opt-in-form").first().waitFor();
    assert.match(site.url(), new RegExp(`/site/\\?form=${id}$`));
  });

  it("shows hostile text as text", async () => {
    const hostile = `<img src=x onerror="document.title='gone'">`;
    const { id } = await makeForm({
      description: hostile,
      confirmationMessage: hostile,
      buttonText: hostile,
    });
    for (const path of ["/forms", `/forms/${id}`, `/forms/${id}/edit`]) {
      const page = await portal.open(path);
      await page
        .getByText(hostile)
        .or(page.getByRole("link", { name: hostile }))
        .first()
        .waitFor();
      assert.doesNotMatch(await page.title(), /gone/);
      await looksRight(page);
    }
    assert.deepEqual(portal.faults, []);
  });
});

describe("what forms held back", () => {
  it("is not shown if there is nothing", async () => {
    await makeForm();
    const page = await portal.open("/forms");
    await page.getByRole("table").first().waitFor();
    assert.equal(await page.getByRole("heading", { name: "Held back" }).count(), 0);
  });

  it("is listed with its reason, and allowed by a button or by editing the form", async () => {
    const body = { description: "At home", confirm: "double", defaultCountry: "GB" };
    const home = await makeForm(body);
    const everywhere = await makeForm({ ...body, description: "Everywhere", countries: [] });
    const submit = (form: Form, address: string) =>
      fetch(`${portal.server.url}/public/forms/${form.id}/submissions`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ address }),
      });
    await submit(home, "+263771234567");
    await submit(home, "+442079460123");
    for (let n = 10; n < 32; n++) await submit(everywhere, `+2637712999${n}`);
    const page = await portal.open("/forms");
    const held = page.getByRole("region", { name: "Held back" });
    const row = (text: string) => held.getByRole("row").filter({ hasText: text });
    await row("does not serve this country").getByText("Zimbabwe").waitFor();
    await row("a landline, premium rate").getByRole("link", { name: "At home" }).waitFor();
    const unconfirmed = row("Hardly any code was entered");
    await unconfirmed.getByText("+2637712…, Zimbabwe").waitFor();
    await unconfirmed.getByRole("cell", { name: "2", exact: true }).waitFor();
    await looksRight(page);
    await unconfirmed.getByRole("button", { name: "Let through" }).click();
    await unconfirmed.waitFor({ state: "detached" });
    await row("does not serve this country").getByRole("link", { name: "Edit form" }).click();
    await page.getByRole("heading", { level: 1, name: "Edit form" }).waitFor();
  });
});
