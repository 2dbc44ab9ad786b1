// Makes the pictures of the README and docs/ again: `npx tsx docs/screenshots.ts`.

import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { browserArguments, findBrowser } from "../test/support/browser.mjs";
import { startServer, type TestServer } from "../test/support/server.ts";

const folder = import.meta.dirname;

// The form that the README tells its reader to make.
const content = {
  channel: "sms",
  description: "Salt & Crumb: bread news",
  confirmationMessage: "I agree to get texts from Salt & Crumb. I can stop by replying STOP.",
  buttonText: "Text me the bread news",
  businessName: "Salt & Crumb",
  privacyUrl: "https://example.com/privacy",
  defaultCountry: "GB",
  thankYouText: "You are on the list. See you at the counter.",
};

const password = "a password for the pictures";
const server = await startServer({ embedded: true, env: { ADMIN_PASSWORD: password } });
const browser = await chromium.launch({
  executablePath: await findBrowser(),
  args: browserArguments,
});
try {
  await post(server, "/v1/sample-data");
  const id = await makeForm(server);
  await drawForm(browser, {
    url: `${server.url}/embed/forms/${id}`,
    scheme: "light",
    file: "form.png",
  });
  await drawForm(browser, {
    url: `${server.url}/embed/forms/${id}`,
    scheme: "dark",
    file: "form-dark.png",
  });
  await drawPage(browser, { url: `${server.otherUrl}/site/?form=${id}`, file: "site.png" });
  await drawPortal(browser, server, id);
} finally {
  await browser.close();
  await server.stop();
}

async function makeForm(at: TestServer): Promise<string> {
  const { id } = (await post(at, "/v1/forms", content)) as { id: string };
  return id;
}

async function post({ url, key }: TestServer, path: string, body: unknown = {}): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}.`);
  return answer.json();
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
async function drawPage(
  from: Browser,
  { url, file }: { url: string; file: string },
): Promise<void> {
  const page = await from.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(url);
  await page.frameLocator("iframe").first().locator("opt-in-form[state=ready]").waitFor();
  await page.screenshot({ path: join(folder, file) });
  await page.close();
}

/** Pages of the portal, as an admin sees them who works with the sample data. */
async function drawPortal(from: Browser, { url }: TestServer, form: string): Promise<void> {
  const page = await from.newPage({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  });
  await page.goto(url);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  const draw = (file: string) =>
    page.screenshot({ path: join(folder, file), animations: "disabled", caret: "hide" });

  await page.getByRole("button", { name: "Hide" }).click();
  await page.reload();
  await page.getByRole("img", { name: /opt-ins and/ }).waitFor();
  await draw("portal-home.png");
  await page.emulateMedia({ colorScheme: "dark" });
  // Loaded again, so that no control is still fading from light to dark.
  await page.reload();
  await page.getByRole("img", { name: /opt-ins and/ }).waitFor();
  await draw("portal-home-dark.png");
  await page.emulateMedia({ colorScheme: "light" });

  await page.goto(`${url}/forms/${form}`);
  await page.getByRole("button", { name: "Copy Code" }).first().waitFor();
  await draw("portal-form.png");

  await page.goto(`${url}/broadcasts/new`);
  await page.getByRole("textbox", { name: "Name" }).fill("Friday bread");
  await page
    .getByRole("textbox", { name: "Message" })
    .fill("Hi {{profile.name}}, the rye is out of the oven.");
  await page
    .getByText(/will get it/i)
    .first()
    .waitFor();
  await draw("portal-broadcast.png");

  await page.goto(`${url}/profiles`);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await page.getByRole("heading", { name: "Timeline" }).waitFor();
  await draw("portal-profile.png");
}
