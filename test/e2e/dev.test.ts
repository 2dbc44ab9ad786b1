// `npm run dev` on a copy of the project: a saved file shows up, and nothing is left behind.

import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { type Browser, chromium } from "playwright-core";
import { root } from "../../server/env/root.ts";
import { build } from "../../server/scripts/build.mjs";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import { temporaryFolder, testDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

const key = "a-key-for-the-tests-alone-0123456789";
/** Below the ports that the system assigns. */
const port = 20_000 + (process.pid % 5_000) * 2;
let folder: string;
let browser: Browser;
before(async () => {
  await build();
  folder = temporaryFolder();
  for (const name of ["server", "widgets", "demo", "patches", "dist"]) {
    const filter = (path: string) => !/\.lock$|\/dist\/(dev|tests)$/.test(path);
    cpSync(join(root, name), join(folder, name), { recursive: true, filter });
  }
  for (const name of ["package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"]) {
    cpSync(join(root, name), join(folder, name));
  }
  symlinkSync(realpathSync(join(root, "node_modules")), join(folder, "node_modules"));
  browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: browserArguments,
  });
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts `npm run dev` and waits until it serves. */
async function dev(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  mkdirSync(join(folder, "data"), { recursive: true });
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn("npm", ["run", "dev"], {
    cwd: folder,
    env: { PATH, HOME, API_KEY: key, DATA_DIR: join(folder, "data"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const url = await until(
    "`npm run dev` to serve",
    () => {
      assert.equal(child.exitCode, null, output);
      return /running at (\S+)/.exec(output)?.[1];
    },
    120,
  );
  await until("the front to answer", () => fetch(url).then(Boolean, () => false));
  return { child, url };
}

describe("saved while npm run dev runs", () => {
  let running: Awaited<ReturnType<typeof dev>>;
  let database: Awaited<ReturnType<typeof testDatabase>>;
  before(async () => {
    database = await testDatabase();
    running = await dev({ PORT: String(port), DATABASE_URL: database.url });
  });
  after(async () => {
    const exited = once(running.child, "exit");
    running.child.kill("SIGTERM");
    await exited;
    await database.end();
  });

  const visit = async (path: string) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${running.url}${path}`);
    return page;
  };

  /** Replaces text in a file, and returns how long it took until `seen` was true. */
  const save = async (
    t: TestContext,
    path: string,
    [from, to]: [string, string],
    seen: () => Promise<unknown>,
  ) => {
    const text = readFileSync(join(folder, path), "utf8");
    assert.equal(text.includes(from), true, `${path} has no ${from}`);
    writeFileSync(join(folder, path), text.replace(from, to));
    const saved = performance.now();
    await seen();
    t.diagnostic(`seen after ${Math.round(performance.now() - saved)} ms: ${path}`);
  };

  it("a page of the portal is updated", async (t) => {
    const page = await visit("/sign-in");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await save(t, "demo/portal/shell/sign-in.ts", ["<h1>Sign in</h1>", "<h1>Come in</h1>"], () =>
      page.getByRole("heading", { name: "Come in" }).waitFor(),
    );
    await page.close();
  });

  it("the style of the portal is updated without a reload of the page", async (t) => {
    const page = await visit("/sign-in");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.evaluate("window.same = true");
    await save(t, "demo/portal/portal.css", [":root {", ":root { --saved: 1;"], () =>
      page.waitForFunction(
        `getComputedStyle(document.documentElement).getPropertyValue("--saved")`,
      ),
    );
    assert.equal(await page.evaluate("window.same"), true);
    await page.close();
  });

  it("the style of a widget is updated, with its script and without", async (t) => {
    const response = await fetch(`${running.url}/v1/forms`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({
        channel: "email",
        description: "News",
        confirmationMessage: "Yes, send me news.",
        buttonText: "Sign up",
        businessName: "Corner Café",
      }),
    });
    const { id } = (await response.json()) as { id: string };
    const page = await visit(`/embed/forms/${id}`);
    await page.locator("opt-in-form[state=ready]").waitFor();
    const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await save(
      t,
      "widgets/styles.ts",
      ["all: initial;", "all: initial; letter-spacing: 3px;"],
      () =>
        page.waitForFunction(
          `getComputedStyle(document.querySelector(".card")).letterSpacing === "3px"`,
        ),
    );
    await plain.goto(`${running.url}/embed/forms/${id}`);
    assert.match(await plain.content(), /letter-spacing: 3px/);
    await plain.close();
    const script = await (await fetch(`${running.url}/widgets/opt-in-form.js`)).text();
    assert.equal(script, 'import "/widgets/opt-in-form/define.ts";\n');
    await page.close();
  });

  it("a route of the server is updated", async (t) => {
    const healthz = async () => (await fetch(`${running.url}/healthz`)).json();
    assert.deepEqual(await healthz(), { status: "ok" });
    const change: [string, string] = [
      'c.json({ status: "ok" as const }',
      'c.json({ status: "well" }',
    ];
    await save(t, "server/routes/health.ts", change, () =>
      until("the new answer", async () => (await healthz()).status === "well"),
    );
  });

  it("a mistake is reported, and the server goes on as it was", async () => {
    const path = join(folder, "server/routes/health.ts");
    const text = readFileSync(path, "utf8");
    let output = "";
    for (const stream of [running.child.stdout, running.child.stderr]) {
      stream?.on("data", (more) => (output += more));
    }
    writeFileSync(path, `${text}\nconst = 1;\n`);
    await until("the mistake to be told", () => output.includes("health.ts"), 60);
    assert.equal((await fetch(`${running.url}/healthz`)).status, 200);
    writeFileSync(path, text);
  });
});

describe("npm run dev with the database of its own", () => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`leaves no process behind when it is ended by ${signal}`, async () => {
      const { child } = await dev({ PORT: String(port + 1) });
      const npm = child.pid as number;
      const below = descendants(npm);
      // npm passes the first on; the second is for the process that npm started.
      process.kill(signal === "SIGTERM" ? npm : (below[0] as number), signal);
      const left = () => below.filter(isAlive);
      assert.equal(below.length > 3, true, `only ${below.length} processes`);
      await until("all to end", () => left().length === 0);
    });
  }
});

/** The descendants of a process, itself first. */
function descendants(pid: number): number[] {
  const lines = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
  const all = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (one: number): number[] =>
    all.filter(([, parent]) => parent === one).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
