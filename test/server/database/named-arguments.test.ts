// SQL functions of more than four arguments are called by name: p_form => ....

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../../server/env/root.ts";

/** The arguments between the bracket at `start` and its partner, split at commas. */
function argumentsAt(text: string, start: number): string[] {
  const found = [""];
  let depth = 1;
  let quoted = false;
  for (const letter of text.slice(start)) {
    if (letter === "'") quoted = !quoted;
    else if (!quoted && "([{".includes(letter)) depth++;
    else if (!quoted && ")]}".includes(letter) && --depth === 0) break;
    if (letter === "," && depth === 1 && !quoted) found.push("");
    else found[found.length - 1] += letter;
  }
  return found.map((one) => one.trim()).filter((one) => one !== "");
}

/** The functions in SQL text that take more than four arguments. */
function longFunctions(text: string): string[] {
  return [...text.matchAll(/create or replace function (\w+)\s*\(/g)].flatMap((match) => {
    const taken = argumentsAt(text, match.index + match[0].length);
    return taken.filter((one) => !one.startsWith("out ")).length > 4 ? [match[1] as string] : [];
  });
}

/** The calls of these functions with an unnamed argument, as `line: name`. */
function positionalCalls(text: string, names: readonly string[]): string[] {
  return [...text.matchAll(/(?<!function (?:if exists )?)\b(\w+)\(/g)].flatMap((match) => {
    const name = match[1] as string;
    if (!names.includes(name)) return [];
    const given = argumentsAt(text, match.index + match[0].length);
    if (given.every((one) => /^\w+\s*=>/.test(one))) return [];
    return [`${text.slice(0, match.index).split("\n").length}: ${name}`];
  });
}

const files = ["server", "test"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((name) => /\.(ts|sql)$/.test(name) && !/migrations|fixtures|node_modules/.test(name))
  .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));
const names = files.flatMap(({ name, text }) => (name.endsWith(".sql") ? longFunctions(text) : []));

test("there are functions of more than four arguments", () => {
  for (const name of ["set_flag", "submit_form", "receive_message"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!names.includes("why_not"), "of four arguments");
});

test("they are called by name everywhere, but where a test calls as an older version does", () => {
  const wrong = files.flatMap(({ name, text }) =>
    positionalCalls(text, names).map((call) => `${name}:${call}`),
  );
  const old = /^test\/server\/inbounds\/inbounds\.test\.ts:\d+: receive_message$/;
  assert.deepEqual(
    wrong.filter((call) => !old.test(call)),
    [],
  );
  assert.equal(wrong.length, 1);
});

test("a positional call is found, even over several lines, and a call by name is not", () => {
  const definition = "create or replace function f(a int, b int, c int, d text, e int, out g int)";
  assert.deepEqual(longFunctions(`${definition} create or replace function h(a int)`), ["f"]);
  const calls = `${definition}; drop function if exists f(int, int);
    select f(a => 1, b => g(1, 2), c => 3, d => 'a, b', e => 5), h(1);
    select f(1, 2,
      3, '4', 5);
    select f(1, b => 2, c => 3, d => '4', e => 5)`;
  assert.deepEqual(positionalCalls(calls, ["f"]), ["3: f", "5: f"]);
});
