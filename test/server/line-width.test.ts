// No line is wider than 100 columns, except for what cannot be broken: a long word or string.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../server/env/root.ts";

const width = 100;
/** A word, such as an address, or a string in quotes may be wider if it is longer than this. */
const unbreakable = 60;

/** Shipped migrations never change, and dumps and packages are as others write them. */
const excepted =
  /^(server\/database\/migrations\/00(0\d|1[0-3])-|test\/fixtures\/)|\/node_modules\//;

/** The lines of a text that are too wide, as `path:line`. */
function wideLines(path: string, text: string): string[] {
  return text
    .split("\n")
    .flatMap((line, index) => (isWide(path, line) ? [`${path}:${index + 1}`] : []));
}

function isWide(path: string, line: string): boolean {
  if ([...line].length <= width || line.includes("biome-ignore")) return false;
  const isComment = /^\s*(\/\/|\*|\/\*)/.test(line);
  const isCode = /\.(m?ts|mjs)$/.test(path) && !isComment;
  const strings = isCode ? line.match(/(?<!\w)(["'`])(?:\\.|(?!\1).)*\1/g) : null;
  return ![...(strings ?? []), ...line.split(/\s+/)].some((one) => one.length > unbreakable);
}

test("no line is wider than 100 columns", () => {
  const folders = ["demo", "docs", "server", "test", "widgets"];
  const below = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (name) => `${folder}/${name.replaceAll("\\", "/")}`,
    ),
  );
  const paths = [...readdirSync(root), ...below].filter(
    (path) => /\.(m?ts|mjs|sql|css|html|md)$/.test(path) && !excepted.test(path),
  );
  assert.equal(paths.length > 300, true, "there are files");
  assert.deepEqual(
    paths.flatMap((path) => wideLines(path, readFileSync(join(root, path), "utf8"))),
    [],
  );
});

const text = (length: number) => "word ".repeat(length).slice(0, length).replace(/ $/, ".");
const lines: [string, string, string, boolean][] = [
  ["a comment of 101 columns", "a.ts", `// ${text(98)}`, true],
  ["a comment of 100 columns", "a.ts", `// ${text(97)}`, false],
  ["a comment that quotes much", "a.ts", `// "${text(98)}"`, true],
  ["the SQL in a template", "a.ts", `    select ${text(100)}`, true],
  ["a long message in quotes", "a.ts", `    throw new CannotStart("${text(90)}");`, false],
  ["a long message in backticks", "a.ts", `    \`${text(90)} \${name} \``, false],
  ["several short strings", "a.ts", `f(${'"word", '.repeat(14)})`, true],
  ["a long line of SQL", "a.sql", `  select '${text(100)}'`, true],
  ["a long address", "a.md", `- [there](https://example.com/${"a".repeat(90)})`, false],
  ["a row of a table", "a.md", `| ${text(100)} |`, true],
  ["a wide line of HTML", "a.html", `<p class="${text(90)}">`, true],
  ["what a linter is told", "a.ts", `// biome-ignore lint/style/rule: ${text(90)}`, false],
  ["letters outside the first plane", "a.ts", `// ${"😀".repeat(60)}`, false],
];

for (const [what, path, line, wide] of lines) {
  test(`${what} ${wide ? "is too wide" : "may stand"}`, () => {
    assert.equal(wideLines(path, line).length, wide ? 1 : 0);
  });
}
