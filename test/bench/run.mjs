// `npm run bench`: installs what is missing, then measures every part, or the named ones.

import process from "node:process";
import { install } from "../../server/scripts/install.mjs";

await install();
const { build } = await import("../../server/scripts/build.mjs");
await import("tsx/esm/api").then(({ register }) => register());
const { measure } = await import("./parts.ts");
await build();
await measure(process.argv.slice(2));
