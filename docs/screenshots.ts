// Makes the pictures of the README again: `node --import tsx docs/screenshots.ts`.

import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { browserArguments, findBrowser } from "../test/support/browser.mjs";
import { startServer, type TestServer } from "../test/support/server.ts";

const folder = import.meta.dirname;

// The form that the README tells its reader to make.
const content = {
  channel: "sms",
  description: "Salt & Crumb: bread news",
  confirmationMessage:
    "I agree to get texts from Salt & Crumb about fresh bread, up to 4 a month. I can stop at any time by replying STOP.",
  buttonText: "Text me the bread news",
  businessName: "Salt & Crumb",
  privacyUrl: "https://example.com/privacy",
  defaultCountry: "GB",
  thankYouText: "You are on the list. See you at the counter.",
};

const server = await startServer({ embedded: true });
const browser = await chromium.launch({ executablePath: await findBrowser(), args: browserArguments });
try {
  const id = await makeForm(server);
  await drawForm(browser, { url: `${server.url}/embed/forms/${id}`, scheme: "light", file: "form.png" });
  await drawForm(browser, { url: `${server.url}/embed/forms/${id}`, scheme: "dark", file: "form-dark.png" });
  await drawPage(browser, { url: `${server.otherUrl}/site/?form=${id}`, file: "site.png" });
} finally {
  await browser.close();
  await server.stop();
}

async function makeForm({ url, key }: TestServer): Promise<string> {
  const answer = await fetch(`${url}/v1/forms`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  if (answer.status !== 201) throw new Error(`The form was not made (${answer.status}).`);
  const { id } = (await answer.json()) as { id: string };
  return id;
}

/** The form alone, with a number typed in. */
async function drawForm(
  from: Browser,
  { url, scheme, file }: { url: string; scheme: "light" | "dark"; file: string },
): Promise<void> {
  const page = await from.newPage({ colorScheme: scheme, deviceScaleFactor: 2 });
  await page.goto(url);
  await page.locator("opt-in-form[state=ready]").waitFor();
  // The iframe's page takes its scheme from the page around it, which is absent here.
  await page.evaluate((value) => {
    document.documentElement.style.colorScheme = value;
  }, scheme);
  await page.getByLabel("Your phone number").fill("07700 900123");
  await page
    .locator("opt-in-form")
    .screenshot({ path: join(folder, file), omitBackground: true, animations: "disabled" });
  await page.close();
}

/** The top of the example page, where the form stands in an iframe. */
async function drawPage(from: Browser, { url, file }: { url: string; file: string }): Promise<void> {
  const page = await from.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(url);
  await page.frameLocator("iframe").first().locator("opt-in-form[state=ready]").waitFor();
  await page.screenshot({ path: join(folder, file) });
  await page.close();
}
