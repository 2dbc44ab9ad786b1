// Opting in and out, end to end: a form that asks for confirmation, its mail, one-click
// unsubscribe, and the person's own preferences.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type FrameLocator,
  type Page,
} from "playwright-core";
import { axeOn } from "../support/axe.ts";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import { type MailServer, mailServer, type ReceivedMail } from "../support/mail-server.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { type HostPage, hostPage } from "./host-page.ts";

type Form = { id: string };
type Message = { confirmation: boolean; profileId: string | null; body: string | null };
type Flag = { channel: string; optedIn: boolean; source: string; event: string };

// The PUBLIC_URL of mails: mail programs unsubscribe over https only. The tests send its links to
// the running server.
const publicUrl = "https://optin.example.com";
const address = "ada@people.example";
let mails: MailServer;
let server: TestServer;
let here: string;
let browser: Browser;
let host: HostPage;

before(async () => {
  mails = await mailServer();
  server = await startServer({
    env: {
      PUBLIC_URL: publicUrl,
      LIMIT_CLIENT: "0",
      LIMIT_CONFIRMATIONS: "0",
      TRANSPORT_EMAIL: "smtp",
      SMTP_URL: `smtp://127.0.0.1:${mails.port}`,
      SMTP_FROM: "Salt & Crumb <hello@salt-and-crumb.example>",
      BUSINESS_NAME: "Salt & Crumb",
      BUSINESS_ADDRESS: "1 Baker Street, Hastings",
    },
  });
  here = server.otherUrl;
  browser = await chromium.launch({ executablePath: await findBrowser(), args: browserArguments });
  host = await hostPage(here);
});

after(async () => {
  await browser?.close();
  await host?.close();
  await server?.stop();
  await mails?.end();
});

async function api<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${here}${path}`, {
    method,
    headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.json() as Promise<Answer>;
}

const makeForm = (over: object) =>
  api<Form>("POST", "/v1/forms", {
    channel: "email",
    description: "Bread news",
    confirmationMessage: "I agree to get emails from Salt & Crumb.",
    buttonText: "Subscribe",
    businessName: "Salt & Crumb",
    thankYouText: "See you at the counter.",
    confirm: "double",
    ...over,
  });

/** A snippet of the form, for the running server. */
async function snippet(form: Form, way: "element" | "iframe") {
  const snippets = await api<Record<string, string>>("GET", `/v1/forms/${form.id}/snippet`);
  return (snippets[way] ?? "").replaceAll(publicUrl, here);
}

async function visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ locale: "en-GB", ...options })).newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(url.replace(publicUrl, here));
  return page;
}

const mailCalled = (subject: RegExp): Promise<ReceivedMail> =>
  until(`a mail called ${subject}`, () =>
    mails.mails.find(({ parsed }) => subject.test(parsed.subject ?? "")),
  );

async function looksRight(page: Page) {
  const { violations } = await axeOn(page).analyze();
  assert.deepEqual(
    violations.map(({ id }) => id),
    [],
  );
}

async function flag(channel = "email"): Promise<Flag & { profileId: string }> {
  const { items } = await api<{ items: { id: string }[] }>("GET", `/v1/profiles?email=${address}`);
  const profileId = items[0]?.id ?? "";
  const flags = (await api<{ items: Flag[] }>("GET", `/v1/profiles/${profileId}/optin`)).items;
  return { profileId, ...(flags.find((one) => one.channel === channel) as Flag) };
}

describe("a person's consent by e-mail", () => {
  it("does not come from the form alone: the page says that a mail is on its way", async () => {
    host.write(await snippet(await makeForm({}), "element"));
    const page = await visit(host.origin);
    await page.getByLabel("Your email address").fill(address);
    await page.getByRole("button", { name: "Subscribe" }).click();
    await page.getByText("Open the link in it to confirm").waitFor();
    const { items } = await api<{ items: unknown[] }>("GET", `/v1/profiles?email=${address}`);
    assert.deepEqual(items, []);
  });

  it("comes from the button behind the mail's link, which opening the link does not press", async () => {
    const { parsed, to } = await mailCalled(/^Please confirm your sign-up: Salt & Crumb$/);
    assert.deepEqual(to, [address]);
    assert.equal(parsed.headers.has("list-unsubscribe"), false);
    const link = new RegExp(`${publicUrl}/public/confirm/\\S+`).exec(parsed.text ?? "")?.[0] ?? "";
    const page = await visit(link, { javaScriptEnabled: false });
    await page.getByText("I agree to get emails from Salt & Crumb.").waitFor();
    assert.deepEqual(
      (await api<{ items: unknown[] }>("GET", `/v1/profiles?email=${address}`)).items,
      [],
    );
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("See you at the counter.").waitFor();
    assert.deepEqual([(await flag()).optedIn, (await flag()).source], [true, "form"]);
    await page.goto(link.replace(publicUrl, here));
    await page.getByRole("heading", { name: "This link is no longer valid" }).waitFor();
  });

  it("ends with one click in a mail program, as the headers of a broadcast's mail say", async () => {
    const broadcast = {
      name: "News",
      channel: "email",
      title: "Fresh bread",
      body: "Today.",
      audience: { everyone: true },
    };
    await api("POST", "/v1/broadcasts", broadcast);
    const { parsed, raw } = await mailCalled(/^Fresh bread$/);
    assert.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    const { list } = Object.fromEntries(parsed.headers) as {
      list?: { unsubscribe?: { url?: string } };
    };
    const link = list?.unsubscribe?.url ?? "";
    assert.ok(link.startsWith(publicUrl), link);
    const response = await fetch(link.replace(publicUrl, here), {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    assert.equal(response.status, 200);
    assert.deepEqual([(await flag()).optedIn, (await flag()).source], [false, "unsubscribe"]);
  });

  it("comes back by a switch behind the person's own link", async () => {
    const { profileId } = await flag();
    const { url } = await api<{ url: string }>("POST", `/v1/profiles/${profileId}/links`, {
      for: "preferences",
    });
    const page = await visit(url);
    await page.getByRole("switch", { name: "Email" }).click();
    await page.getByText("On since").first().waitFor();
    await until("the flag to be in", async () => (await flag()).optedIn);
    assert.equal((await flag()).source, "preferences");
  });
});

describe("the page behind a confirmation's link", () => {
  const open = async (over: object, options: BrowserContextOptions = {}) => {
    const form = await makeForm(over);
    const to = `someone${Math.random().toString(36).slice(2)}@people.example`;
    const response = await fetch(`${here}/public/forms/${form.id}/submissions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ address: to }),
    });
    assert.equal(response.status, 200);
    const { parsed } = await until(`a mail to ${to}`, () =>
      mails.mails.find((mail) => mail.to.includes(to)),
    );
    const link = new RegExp(`${publicUrl}/public/confirm/\\S+`).exec(parsed.text ?? "")?.[0] ?? "";
    return visit(link, options);
  };

  for (const colorScheme of ["light", "dark"] as const) {
    it(`is accessible in the ${colorScheme}, before and after`, async () => {
      const page = await open({}, { colorScheme });
      await looksRight(page);
      await page.getByRole("button", { name: "Confirm" }).click();
      await page.getByRole("heading", { name: "Thank you" }).waitFor();
      await looksRight(page);
    });
  }

  it("runs from right to left in Arabic, on a telephone", async () => {
    const page = await open({ language: "ar" }, { viewport: { width: 320, height: 640 } });
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
    const box = await page.getByRole("button").boundingBox();
    assert.ok(
      box && box.width >= 200 && box.height >= 44 && box.x + box.width <= 320,
      JSON.stringify(box),
    );
    await looksRight(page);
  });
});

describe("a form that sends a code", () => {
  let people = 900500;

  /** The newest confirmation's code, in the outbox. */
  const newestCode = () =>
    until("a confirmation in the outbox", async () => {
      const { items } = await api<{ items: Message[] }>(
        "GET",
        "/v1/messages?channel=sms&status=sent",
      );
      return /^\d{6}/.exec(
        items.find(({ confirmation, body }) => confirmation && body !== null)?.body ?? "",
      )?.[0];
    });

  const confirms = async (page: Page, form: Page | FrameLocator) => {
    const number = `07700 ${people++}`;
    await form.getByLabel("Your phone number").fill(number);
    await form.getByRole("button", { name: "Text me" }).click();
    await form.getByLabel("Six-digit code").fill(await newestCode());
    await form.getByRole("button", { name: "Confirm", exact: true }).click();
    await form.getByText("See you at the counter.").waitFor();
    const path = `/v1/profiles?phoneNumber=${encodeURIComponent(number.replace(/^0/, "+44").replace(" ", ""))}`;
    const { items } = await api<{ items: { optIn: { sms: boolean } }[] }>("GET", path);
    assert.equal(items[0]?.optIn.sms, true);
    await page.close();
  };
  const smsForm = () => makeForm({ channel: "sms", buttonText: "Text me", defaultCountry: "GB" });

  it("asks for it as a custom element on a page of another origin", async () => {
    host.write(await snippet(await smsForm(), "element"));
    const page = await visit(host.origin);
    await confirms(page, page);
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`asks for it in an iframe ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      host.write(await snippet(await smsForm(), "iframe"));
      const page = await visit(host.origin, { javaScriptEnabled });
      await confirms(page, page.frameLocator("iframe"));
    });
  }
});
