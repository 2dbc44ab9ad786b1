// Cases from bug reports and providers' documentation, with the right outcome of each.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/env/root.ts";

/** The content of a file in `test/fixtures/cases`. */
export function readCases<Cases>(name: string): Cases {
  return JSON.parse(readCase(`${name}.json`)) as Cases;
}

/** The text of a file in `test/fixtures/cases`. */
export function readCase(file: string): string {
  return readFileSync(join(root, "test/fixtures/cases", file), "utf8");
}
