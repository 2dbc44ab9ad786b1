// `npm run schema`: writes docs/schema.sql from a new database.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../server/env/root.ts";
import { testDatabase } from "./support/database.ts";
import { describeSchema } from "./support/schema.ts";

const database = await testDatabase();
writeFileSync(join(root, "docs/schema.sql"), await describeSchema(database.sql));
await database.end();
