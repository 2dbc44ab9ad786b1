// `node bundle.mjs NAME ...`: bundles these environments of vite.config.ts into dist/.

import process from "node:process";
import { fileURLToPath } from "node:url";
import { createBuilder } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const builder = await createBuilder({ root, logLevel: "warn" });
for (const name of process.argv.slice(2)) await builder.build(builder.environments[name]);
