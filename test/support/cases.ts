// Cases from bug reports and providers' documents, with the right outcome of each.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/env/root.ts";

/** What a file of `test/fixtures/cases` holds. */
export function readCases<Cases>(name: string): Cases {
  return JSON.parse(readCase(`${name}.json`)) as Cases;
}

/** The text of a file of `test/fixtures/cases`. */
export function readCase(file: string): string {
  return readFileSync(join(root, "test/fixtures/cases", file), "utf8");
}
