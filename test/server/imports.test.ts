// Imports go one way only: demo -> widgets -> server/schemas, and main -> app -> routes -> domain
// -> database.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { test } from "node:test";
import { root } from "../../server/env/root.ts";
import { type Import, importsOf } from "../support/imports.mjs";

const builtFor = /^widgets\/embed\/build\.ts$/;

/** What is wrong with an import, or undefined if its direction is right. */
function fault({ from, to, types }: Import): string | undefined {
  const layer = layerOf(from);
  const own = to.includes("/") && /^(demo|widgets|server|test)\//.test(to);
  if (own && to.startsWith("test/") && layer !== "test") return "only tests use tests";
  // The portal gives the widgets their texts if no link of the API does.
  if (layer === "demo" && /^server\/texts\/\w+\.json$/.test(to)) return undefined;
  if (layer === "demo" && own && !/^(demo|widgets)\//.test(to)) {
    return types && (layerOf(to) === "schemas" || to === "server/app.ts")
      ? undefined
      : "the demo uses widgets and the API's types";
  }
  if (layer === "widgets" && own && !/^(widgets\/|server\/schemas\/)/.test(to)) {
    return types && to === "server/app.ts"
      ? undefined
      : "widgets use server/schemas, and types of server/app";
  }
  if (layer === "schemas" && (own ? layerOf(to) !== "schemas" : to !== "valibot"))
    return "schemas use valibot alone";
  if (isServer(layer) && own && !to.startsWith("server/"))
    return "the server uses no widgets and no demo";
  if (isServer(layer) && own && (height[layer] ?? 0) < (height[layerOf(to)] ?? 0))
    return `${layer} is below ${layerOf(to)}`;
  if (["domain", "shared", "database"].includes(layer) && !own && isHttp(to) && !types)
    return "the domain knows no HTTP";
  return undefined;
}

/**
 * A layer uses only those that are no higher. Transports belong to the domain, but know networks.
 */
const height: Record<string, number> = {
  main: 7,
  app: 6,
  routes: 5,
  http: 4,
  pages: 3,
  domain: 2,
  transports: 2,
  database: 1,
  shared: 1,
  schemas: 0,
};

/** The layer of each room of the server; a room that is missing here fails the first test. */
const rooms: Record<string, keyof typeof height> = {
  process: "main",
  routes: "routes",
  http: "http",
  pages: "pages",
  transports: "transports",
  database: "database",
  env: "database",
  schemas: "schemas",
  ...Object.fromEntries(
    [
      ...["access", "addresses", "broadcasts", "dispatch", "flags", "forms", "inbounds", "links"],
      ...["messages", "profiles", "rules", "sample-data", "statistics", "texts"],
    ].map((room) => [room, "domain"]),
  ),
};
/** The files on the ground floor, next to the rooms. */
const ground: Record<string, keyof typeof height> = {
  "main.ts": "main",
  "app.ts": "app",
  "errors.ts": "shared",
  "ids.ts": "shared",
  "cursors.ts": "shared",
  "loggable.ts": "shared",
  "storable.ts": "shared",
  "networks.ts": "shared",
};
const isServer = (layer: string) => layer in height && layer !== "schemas";
const isHttp = (name: string) => /^(@hono\/|hono(\/|$)|node:https?$)/.test(name);

function layerOf(path: string): string {
  if (builtFor.test(path)) return "build";
  const [top = "", room = "", ...rest] = path.split("/");
  if (top !== "server") return top;
  if (room === "scripts") return "scripts";
  return (rest.length > 0 ? rooms[room] : ground[room]) ?? "no layer";
}

const faults = (imports: Import[]) =>
  imports.flatMap((one) => (fault(one) ? [`${one.from} -> ${one.to}: ${fault(one)}`] : []));

function sources(): string[] {
  return ["server", "widgets", "demo"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => posix.join(folder, name)),
  );
}

test("no import goes against the direction", () => {
  const all = sources();
  assert.ok(all.length > 20);
  assert.deepEqual(
    all.filter((path) => layerOf(path) === "no layer"),
    [],
  );
  assert.deepEqual(faults(all.flatMap((path) => importsOf(path))), []);
});

/** Every circle of a graph, as a chain that ends where it began. */
function circles(graph: Map<string, string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, way: string[]) => {
    if (way.includes(node)) found.push([...way.slice(way.indexOf(node)), node].join(" -> "));
    if (way.includes(node) || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

/** Who imports whom: files, or the groups that `name` puts them in; undefined leaves a file out. */
function graphOf(name: (path: string) => string | undefined): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { from, to } of sources().flatMap((path) => importsOf(path))) {
    const [one, other] = [name(from), name(to)];
    if (one && other && one !== other) graph.set(one, [...(graph.get(one) ?? []), other]);
  }
  return graph;
}

test("no file imports one that imports it, not even for a type", () => {
  assert.deepEqual(circles(graphOf((path) => path)), []);
});

test("no room of the server imports one that imports it", () => {
  const roomOf = (path: string) => /^server\/[\w-]+(?=\/)/.exec(path)?.[0];
  assert.deepEqual(circles(graphOf(roomOf)), []);
});

test("a circle is found, even one of many nodes or of a single one", () => {
  const graph = new Map([
    ["a", ["b", "d"]],
    ["b", ["c"]],
    ["c", ["a"]],
    ["d", ["d"]],
  ]);
  assert.deepEqual(circles(graph), ["a -> b -> c -> a", "d -> d"]);
});

const wrong: [string, string][] = [
  ["server/schemas/flags.ts", 'import { channels } from "../addresses/channels.ts";'],
  ["server/schemas/flags.ts", 'import postgres from "postgres";'],
  ["server/flags/flags.ts", 'import { Hono } from "hono";'],
  ["server/flags/flags.ts", 'import { flags } from "../routes/public/editor.ts";'],
  ["server/profiles/read.ts", 'import { createServer } from "node:http";'],
  ["server/database/connect.ts", 'import { setFlag } from "../flags/flags.ts";'],
  ["server/routes/public/editor.ts", 'import { createApp } from "../../app.ts";'],
  ["server/app.ts", 'import "./main.ts";'],
  ["server/forms/forms.ts", 'import { OptInForm } from "../../widgets/index.ts";'],
  ["widgets/api.ts", 'import { createApp } from "../server/app.ts";'],
  ["widgets/api.ts", 'export { channels } from "../server/addresses/channels.ts";'],
  ["widgets/api.ts", 'import type { Sql } from "../server/database/connect.ts";'],
  ["widgets/api.ts", 'const forms = await import("../server/forms/forms.ts");'],
  ["demo/portal/api.ts", 'import { createApp } from "../../server/app.ts";'],
  ["demo/portal/main.ts", 'import {\n  submitForm,\n} from "../../server/forms/submissions.ts";'],
  ["server/flags/flags.ts", 'import { testDatabase } from "../../test/support/database.ts";'],
];

for (const [path, line] of wrong) {
  test(`${path} must not: ${line.replace(/\s+/g, " ")}`, () => {
    assert.equal(faults(importsOf(path, line)).length, 1);
  });
}

const right: [string, string][] = [
  ["widgets/api.ts", 'import type { Api } from "../server/app.ts";'],
  ["widgets/api.ts", 'import { type Api } from "../server/app.ts";'],
  ["demo/portal/api.ts", 'import type { Api } from "../../server/app.ts";'],
  ["widgets/api.ts", 'import { form } from "../server/schemas/forms.ts";'],
  ["server/routes/public/editor.ts", 'import { setFlag } from "../../flags/flags.ts";'],
  ["server/schemas/flags.ts", 'import { channel } from "./channels.ts";'],
  ["server/flags/flags.ts", 'import { type Sql, transaction } from "../database/connect.ts";'],
];

for (const [path, line] of right) {
  test(`${path} may: ${line}`, () => {
    assert.deepEqual(faults(importsOf(path, line)), []);
  });
}
