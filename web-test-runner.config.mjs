// Runs test/widgets in a real Chromium, against an API of real HTTP that each test scripts.

import { existsSync } from "node:fs";
import process from "node:process";
import { esbuildPlugin } from "@web/dev-server-esbuild";
import { chromeLauncher } from "@web/test-runner-chrome";
import { scriptedApi } from "./test/widgets/support/scripted-api.mjs";

const executablePath =
  process.env.CHROME_PATH || ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const root = process.getuid?.() === 0 ? ["--no-sandbox", "--disable-dev-shm-usage"] : [];

export default {
  files: "test/widgets/*.test.ts",
  nodeResolve: { exportConditions: ["production", "default"] },
  plugins: [esbuildPlugin({ ts: true, target: "es2022" })],
  middleware: [scriptedApi()],
  browsers: [chromeLauncher({ launchOptions: { ...(executablePath && { executablePath }), args: root } })],
  testFramework: { config: { ui: "bdd", timeout: 10_000 } },
  // One page at a time: only the page in front has the focus.
  concurrency: 1,
};
