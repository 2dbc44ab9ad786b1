// Whatever somebody types is shown as text: in lists, previews, code, timelines and e-mails.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type MailServer, mailServer } from "../support/mail-server.ts";
import { fits, type TestPortal, testPortal } from "../support/portal.ts";
import { until } from "../support/until.ts";

const texts = {
  markup: `<img src=x onerror="document.title='gone'">`,
  formula: `=cmd('/C calc')!A1`,
  backwards: "gnp.\u202Eexe",
  endless: "W".repeat(60),
  template: "{{constructor}}$" + "{7*7}<%= 7 %>",
};
const all = Object.values(texts);
/** An id is hostile without spaces. */
const address = "<img/src=x/onerror=document.title='gone'>";

let portal: TestPortal;
let mail: MailServer;
let form: { id: string };
let broadcast: { id: string };
before(async () => {
  mail = await mailServer();
  portal = await testPortal({
    TRANSPORT_EMAIL: "smtp",
    SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    SMTP_FROM: "Shop <shop@example.com>",
    BUSINESS_NAME: "Shop",
    BUSINESS_ADDRESS: "1 High Street",
  });
  for (const [index, text] of all.entries()) {
    await portal.api("POST", "/v1/rules", {
      channel: "sms",
      keyword: `word ${index}`,
      action: "optOut",
      reply: text,
    });
    await portal.api("POST", "/v1/forms", {
      ...{
        channel: "sms",
        description: text,
        confirmationMessage: text,
        buttonText: text,
        businessName: text,
      },
    });
  }
  form = await portal.api("POST", "/v1/forms", {
    ...{
      channel: "sms",
      description: texts.markup,
      confirmationMessage: all.join("\n"),
      buttonText: texts.markup,
    },
    ...{ businessName: texts.endless, thankYouText: texts.formula },
  });
  await portal.api("POST", "/v1/profiles", {
    ...{
      id: "ada",
      email: "ada@example.com",
      fbMessengerId: address,
      optIn: { email: true, fbMessenger: true },
    },
    properties: Object.fromEntries([...all.map((text) => [text, text]), ["name", texts.markup]]),
    ...{ reason: texts.markup, evidence: { text: all.join("\n") } },
  });
  for (const body of all) {
    const inbound = { channel: "fbMessenger", from: address, to: texts.endless, body };
    await portal.api("POST", "/v1/messages/inbounds", inbound);
    await portal.api("POST", "/v1/messages", {
      to: { profileId: "ada" },
      rules: ["email"],
      title: body,
      body,
    });
  }
  for (const name of all) {
    broadcast = await portal.api("POST", "/v1/broadcasts", {
      ...{ name, channel: "fbMessenger", title: texts.backwards, body: all.join("\n") },
      audience: { property: texts.formula, equals: texts.formula },
    });
  }
});
afterEach(() => portal.tidy());
after(async () => {
  await portal.end();
  await mail.end();
});

/** Every text is shown, none of them ran, and none is wider than the page. */
async function isText(page: Page): Promise<void> {
  for (const text of all) await page.getByText(text).filter({ visible: true }).first().waitFor();
  assert.match(await page.title(), / · Opt-in Kit$/);
  assert.equal(await page.locator("img, main script").count(), 0);
  await fits(page);
}

const phone = { viewport: { width: 360, height: 740 } };

describe("hostile text is text", () => {
  it("in the list of rules", async () => isText(await portal.open("/data-preferences", phone)));

  it("in the list of forms", async () => isText(await portal.open("/forms", phone)));

  it("in a form's preview, code and wordings", async () => {
    const page = await portal.open(`/forms/${form.id}`, phone);
    await page
      .getByRole("tabpanel", { name: "Iframe" })
      .getByText(`title="Sign up for messages from ${texts.endless}"`)
      .waitFor();
    await isText(page);
  });

  it("in the fields of a form and in what they preview", async () => {
    const page = await portal.open(`/forms/${form.id}/edit`, phone);
    await page.waitForFunction(
      (text) =>
        (document.querySelector("[name=description]") as HTMLInputElement | null)?.value === text,
      texts.markup,
    );
    await isText(page);
  });

  it("in the list of profiles", async () => {
    const page = await portal.open("/profiles", phone);
    await page.getByRole("row").filter({ hasText: "ada" }).getByText(texts.markup).waitFor();
    await fits(page);
  });

  it("in a person's properties, timeline and messages", async () => {
    const page = await portal.open("/profiles/ada", phone);
    await page
      .getByRole("region", { name: "Timeline" })
      .getByText(`“${texts.markup}”`)
      .first()
      .waitFor();
    await page.getByRole("region", { name: "Timeline" }).getByText("Evidence").first().click();
    await page.getByRole("region", { name: "Messages" }).scrollIntoViewIfNeeded();
    await page.getByRole("tabpanel", { name: "Sent" }).getByText(texts.template).first().waitFor();
    await isText(page);
  });

  it("in a person's fields", async () => {
    const page = await portal.open("/profiles/ada", phone);
    await page.getByRole("button", { name: "Edit" }).click();
    const values = page.locator("wa-dialog[open]").getByRole("textbox", { name: "Value" });
    await values.first().waitFor();
    const shown = await Promise.all((await values.all()).map((value) => value.inputValue()));
    assert.deepEqual(shown.sort(), [...all, texts.markup].sort());
    await fits(page);
  });

  it("in the list of broadcasts", async () => isText(await portal.open("/broadcasts", phone)));

  it("in a broadcast", async () => {
    const page = await portal.open(`/broadcasts/${broadcast.id}`, phone);
    await page.getByRole("progressbar").waitFor();
    await isText(page);
  });

  it("in the draft of a broadcast, and in who will get it", async () => {
    const page = await portal.open("/broadcasts/new", phone);
    const field = (name: string) => page.getByRole("textbox", { name, exact: true });
    await field("Name").fill(texts.markup);
    await field("Message").fill(all.join("\n"));
    await page.getByRole("radio", { name: "A pasted list" }).click();
    await field("List").fill(all.join("\n"));
    await page.getByText("5 people will not").waitFor();
    await isText(page);
  });

  for (const tab of ["inbound", "outbox"]) {
    it(`in the ${tab}`, async () => isText(await portal.open(`/messages?tab=${tab}`, phone)));
  }

  it("in an e-mail", async () => {
    const body = `{{profile.name}}\n${all.join("\n")}`;
    await portal.api("POST", "/v1/messages", {
      to: { profileId: "ada" },
      rules: ["email"],
      title: texts.markup,
      body,
    });
    const arrived = () =>
      mail.mails.find(({ parsed }) => parsed.text?.startsWith(`${texts.markup}\n${texts.markup}`));
    const { parsed } = await until("the mail to arrive", arrived);
    assert.equal(parsed.subject, texts.markup);
    assert.equal(parsed.html, false);
    for (const text of [texts.formula, texts.backwards, texts.endless])
      assert.ok(parsed.text?.includes(text), text);
  });

  it("and no page reported a fault", () => assert.deepEqual(portal.faults, []));
});
