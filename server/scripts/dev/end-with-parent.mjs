// Loaded into a server that `npm run dev` starts: it ends when the process that started it is gone,
// however that one ended.

import process from "node:process";

process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
