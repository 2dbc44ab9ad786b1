// `npm start`: installs what is missing, builds what has changed, starts the server.

import { install } from "./install.mjs";

await install({ development: false });
const { build } = await import("./build.mjs");
await build();
await import("../../dist/server/main.js");
