// Every page that a visitor may see, in each of its states, for tests that look at all of them.

import type { Page } from "playwright-core";
import { keptKey } from "../../server/access/secrets.ts";
import { unsubscribeUrl } from "../../server/links/unsubscribe.ts";
import type { HostPage } from "../e2e/host-page.ts";
import { formBody, type TestApp } from "./app.ts";
import { sealedUnsubscribeUrl, sentMessage } from "./links.ts";

export type VisitorPage = {
  name: string;
  /** Opens it in a new browser page, in a language; `select` says which part of it is ours. */
  open(page: Page, language: string): Promise<void>;
  select?: string;
  /** It looks like another one, and only the way to it differs. */
  alike?: true;
};

/** `write` is the text that an admin writes; without a script, the page is the server's own. */
export async function visitorPages(
  app: TestApp,
  { host, write = (text) => text }: { host: HostPage; write?: (text: string) => string },
): Promise<VisitorPage[]> {
  const content = {
    confirmationMessage: write("I agree to get messages. Reply STOP to end them."),
    buttonText: write("Sign up"),
    businessName: write("Salt & Crumb"),
    privacyUrl: "https://example.com/privacy",
    thankYouText: null,
    defaultCountry: null,
  };
  const make = async (more: object) =>
    (await app.call("POST", "/v1/forms", formBody({ ...content, ...more }))).body.id as string;
  const sms = await make({});
  const email = await make({ channel: "email" });
  const code = await make({ confirm: "double" });
  const link = await make({ channel: "email", confirm: "double" });
  const closed = await make({ active: false });
  const key = await keptKey(app.database.sql, "unsubscribe_key");
  let people = 100;

  const person = async () => {
    const number = people++;
    const body = {
      phoneNumber: `+447700900${number}`,
      email: `ann${number}@example.com`,
      optIn: { sms: true },
    };
    return (await app.call("POST", "/v1/profiles", body)).body.id as string;
  };
  const formUrl = (id: string, language: string) => `${app.url}/embed/forms/${id}?lang=${language}`;
  const withoutScript = (page: Page) => page.route("**/*.js", (route) => route.abort());
  const withScript = async (page: Page, id: string, language: string) => {
    await page.goto(formUrl(id, language));
    await page.locator("opt-in-form[state=ready]").waitFor();
  };
  const plain = async (page: Page, id: string, language: string) => {
    await withoutScript(page);
    await page.goto(formUrl(id, language));
  };
  const send = async (page: Page, name: string, value: string) => {
    await page.locator(`#${name}`).fill(value);
    await page.locator("button[type=submit]").first().click();
  };
  const sent = async (page: Page, state: string) => {
    await page.locator(`opt-in-form[state=${state}]`).waitFor();
  };
  const unsubscribePage = async (page: Page, language: string, profileId: string, spoilt = "") => {
    const publicUrl = "https://optin.example.com";
    const wish = await sentMessage(app.database.sql, { profileId });
    const url = unsubscribeUrl({ publicUrl, key }, wish) ?? "";
    await page.goto(`${url.replace(publicUrl, app.url)}${spoilt}?lang=${language}`);
  };
  const linkTo = async (purpose: "preferences" | "editor") => {
    const { body } = await app.call("POST", `/v1/profiles/${await person()}/links`, {
      for: purpose,
    });
    return body.url as string;
  };
  /** The link of a confirmation, as in its mail. */
  const confirmUrl = async (language: string) => {
    const address = `bea${people++}@example.com`;
    await app.call("POST", `/public/forms/${link}/submissions?lang=${language}`, {
      address,
      wording: 1,
    });
    const [mail] = await app.database.sql<[{ body: string }]>`
      select body from messages where address = ${address} and channel = 'email'`;
    return /\S+\/public\/confirm\/\S+/.exec(mail.body)?.[0] ?? "";
  };
  const onAPage = async (page: Page, language: string, html: string) => {
    host.write(`<div lang="${language}">${html}</div>`);
    await page.goto(host.origin);
  };
  const scripts = (tag: string) =>
    `<script type="module" src="${app.url}/widgets/${tag}.js"></script>`;

  return [
    { name: "form", alike: true, open: (page, language) => withScript(page, sms, language) },
    { name: "form without script", open: (page, language) => plain(page, sms, language) },
    { name: "form for email", alike: true, open: (page, language) => plain(page, email, language) },
    {
      name: "form on a page",
      select: "opt-in-form",
      async open(page, language) {
        await onAPage(
          page,
          language,
          `${scripts("opt-in-form")}<opt-in-form form="${sms}"></opt-in-form>`,
        );
        await sent(page, "ready");
      },
    },
    {
      name: "form that is closed, on a page",
      alike: true,
      select: "opt-in-form",
      async open(page, language) {
        await onAPage(
          page,
          language,
          `${scripts("opt-in-form")}<opt-in-form form="${closed}"></opt-in-form>`,
        );
        await sent(page, "closed");
      },
    },
    {
      name: "form with a wrong address",
      alike: true,
      async open(page, language) {
        await withScript(page, sms, language);
        await send(page, "address", "12345");
        await sent(page, "invalid");
      },
    },
    {
      name: "form with a wrong address, without script",
      async open(page, language) {
        await plain(page, email, language);
        await send(page, "address", "a@b");
        await page.locator("#error").waitFor();
      },
    },
    {
      name: "form that is done",
      alike: true,
      async open(page, language) {
        await withScript(page, sms, language);
        await send(page, "address", `+447700900${people++}`);
        await sent(page, "done");
      },
    },
    {
      name: "form that cannot reach the service",
      async open(page, language) {
        await withScript(page, sms, language);
        await page.route("**/submissions*", (route) => route.abort());
        await send(page, "address", `+447700900${people++}`);
        await sent(page, "failed");
      },
    },
    {
      name: "form that is done, without script",
      alike: true,
      async open(page, language) {
        await plain(page, sms, language);
        await send(page, "address", `+447700900${people++}`);
        await page.locator(".message").waitFor();
      },
    },
    {
      name: "form that is closed",
      open: async (page, language) => void (await page.goto(formUrl(closed, language))),
    },
    {
      name: "form that asks for the code",
      alike: true,
      async open(page, language) {
        await withScript(page, code, language);
        await send(page, "address", `+447700900${people++}`);
        await sent(page, "pending");
      },
    },
    {
      name: "form with a wrong code",
      async open(page, language) {
        await withScript(page, code, language);
        await send(page, "address", `+447700900${people++}`);
        await sent(page, "pending");
        await send(page, "code", "000000");
        await sent(page, "invalid");
      },
    },
    {
      name: "form that asks for the code, without script",
      alike: true,
      async open(page, language) {
        await plain(page, code, language);
        await send(page, "address", `+447700900${people++}`);
        await page.locator("#code").waitFor();
      },
    },
    {
      name: "form with a wrong code, without script",
      alike: true,
      async open(page, language) {
        await plain(page, code, language);
        await send(page, "address", `+447700900${people++}`);
        await page.locator("#code").waitFor();
        await send(page, "code", "000000");
        await page.locator("#error").waitFor();
      },
    },
    {
      name: "form that has sent a link",
      async open(page, language) {
        await withScript(page, link, language);
        await send(page, "address", `cleo${people++}@example.com`);
        await sent(page, "pending");
      },
    },
    {
      name: "confirmation",
      open: async (page, language) => void (await page.goto(await confirmUrl(language))),
    },
    {
      name: "confirmation that is done",
      async open(page, language) {
        await page.goto(await confirmUrl(language));
        await page.locator("button").click();
        await page.locator("[role=status]").waitFor();
      },
    },
    {
      name: "confirmation that is gone",
      alike: true,
      open: async (page, language) =>
        void (await page.goto(`${app.url}/public/confirm/x?lang=${language}`)),
    },
    {
      name: "unsubscribing",
      open: async (page, language) => unsubscribePage(page, language, await person()),
    },
    {
      name: "unsubscribed",
      async open(page, language) {
        await unsubscribePage(page, language, await person());
        await page.locator("button").click();
        await page.locator("[role=status]").waitFor();
      },
    },
    {
      name: "unsubscribing a person who is gone",
      alike: true,
      async open(page, language) {
        const wish = { channel: "email", profileId: "nobody", messageId: "1" } as const;
        const url = sealedUnsubscribeUrl({ publicUrl: app.url, key }, wish);
        await page.goto(`${url}?lang=${language}`);
      },
    },
    {
      name: "unsubscribing by a broken link",
      alike: true,
      open: async (page, language) => unsubscribePage(page, language, await person(), "y"),
    },
    {
      name: "preferences",
      async open(page, language) {
        await page.goto(`${await linkTo("preferences")}&lang=${language}`);
        await page.locator("preference-toggles[state=ready]").waitFor();
      },
    },
    {
      name: "preferences without script",
      async open(page, language) {
        await withoutScript(page);
        await page.goto(`${await linkTo("preferences")}&lang=${language}`);
      },
    },
    {
      name: "preferences on a page",
      alike: true,
      select: "preference-toggles",
      async open(page, language) {
        const token = new URL(await linkTo("preferences")).searchParams.get("token");
        await onAPage(
          page,
          language,
          `${scripts("preference-toggles")}<preference-toggles token="${token}"></preference-toggles>`,
        );
        await page.locator("preference-toggles[state=ready]").waitFor();
      },
    },
    {
      name: "preferences by a broken link",
      open: async (page, language) =>
        void (await page.goto(`${app.url}/embed/preferences?token=x&lang=${language}`)),
    },
    {
      name: "preferences by a broken link, on a page",
      alike: true,
      select: "preference-toggles",
      async open(page, language) {
        await onAPage(
          page,
          language,
          `${scripts("preference-toggles")}<preference-toggles token="x"></preference-toggles>`,
        );
        await page.locator("preference-toggles[state=closed]").waitFor();
      },
    },
    {
      name: "flags",
      async open(page, language) {
        await page.goto(`${await linkTo("editor")}&lang=${language}`);
        await page.locator("profile-flag-editor[state=ready]").waitFor();
      },
    },
    {
      name: "flags by a broken link",
      alike: true,
      open: async (page, language) =>
        void (await page.goto(`${app.url}/embed/editor?token=x&lang=${language}`)),
    },
  ];
}
