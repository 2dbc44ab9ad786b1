// Runs test/widgets in a real Chromium, against an API of real HTTP that each test scripts.

import { esbuildPlugin } from "@web/dev-server-esbuild";
import { chromeLauncher } from "@web/test-runner-chrome";
import { browserArguments, findBrowser } from "./test/support/browser.mjs";
import { scriptedApi } from "./test/widgets/support/scripted-api.mjs";

export default {
  files: "test/widgets/*.test.ts",
  nodeResolve: { exportConditions: ["production", "default"] },
  plugins: [esbuildPlugin({ ts: true, target: "esnext" })],
  middleware: [scriptedApi()],
  browsers: [
    chromeLauncher({
      launchOptions: { executablePath: await findBrowser(), args: browserArguments },
    }),
  ],
  testFramework: { config: { ui: "bdd", timeout: 10_000 } },
  // One page at a time: only the page in front has the focus.
  concurrency: 1,
};
