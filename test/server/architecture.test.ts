// ARCHITECTURE.md is true: its paths exist, it shows every room, and each invariant has its tests.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../server/env/root.ts";

const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
const section = (title: string) => text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

test("the map shows every room of the server", () => {
  const rooms = readdirSync(join(root, "server"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const shown = [...section("Map").matchAll(/^ {2}([\w-]+)\/ /gm)].map(([, name]) => name);
  assert.deepEqual(
    rooms.filter((room) => !shown.includes(room)),
    [],
  );
});

test("every path that it names exists", () => {
  const paths = [...text.matchAll(/`((?:server|widgets|test|demo|docs)\/[\w./-]+)`/g)].map(
    ([, path = ""]) => path,
  );
  assert.equal(paths.length > 20, true, "it names paths");
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test("each invariant has a test, which says what it claims to say", () => {
  const [list = ""] = section("What must never break").split(/\n\n(?=Locks)/);
  const items = list
    .split(/^- /m)
    .slice(1)
    .map((item) => item.replace(/\s+/g, " "));
  assert.equal(items.length > 20, true, "there are invariants");
  assert.deepEqual(
    items.flatMap((item) => faults(item).map((fault) => `${item.slice(0, 60)}: ${fault}`)),
    [],
  );
});

/**
 * What is wrong with "... Tested in `room/file.test.ts`: "a sentence", "another"; `other.test.ts`:
 * ...".
 */
function faults(item: string): string[] {
  const tests = [...(item.split(" Tested in ")[1] ?? "").matchAll(/`([^`]+)`: ([^;]*)/g)];
  if (tests.length === 0) return ["no test"];
  return tests.flatMap(([, file = "", list = ""]) => {
    const path = join(root, "test/server", file);
    if (!existsSync(path)) return [`no file ${file}`];
    const source = readFileSync(path, "utf8");
    const sentences = [...list.matchAll(/"([^"]+)"/g)].map(([, sentence = ""]) => sentence);
    if (sentences.length === 0) return [`no sentence of ${file}`];
    return sentences.filter((sentence) => !source.includes(sentence));
  });
}
