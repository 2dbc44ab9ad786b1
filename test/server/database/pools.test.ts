// Which pool a route reads from: see `Database`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type postgres from "postgres";
import { makeLink } from "../../../server/links/links.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
let admin: Record<string, string>;
/** Values for the parameters of paths. */
const ids: Record<string, string> = { name: "opt-in-form.js" };

before(async () => {
  app = await testApp();
  admin = await app.keyWith("admin");
  const make = async (path: string, body: object) => (await app.call("POST", path, body)).body;
  const rule = { channel: "sms", inbound: "*", keyword: "start", action: "optIn" };
  ids.forms = (await make("/v1/forms", formBody())).id;
  ids.rules = (await make("/v1/rules", rule)).id;
  ids.profiles = (await make("/v1/profiles", { phoneNumber: "+447700900123" })).id;
  const message = { to: { profileId: ids.profiles }, rules: ["sms"], requireOptIn: false };
  ids.messages = (await make("/v1/messages", { ...message, body: "Hello" })).messageId;
  const broadcast = { name: "All", channel: "sms", body: "Hello", audience: { everyone: true } };
  ids.broadcasts = (await make("/v1/broadcasts", broadcast)).id;
});
after(() => app.end());

/** Takes every connection of a pool until `release` is called. */
async function takeAll(sql: postgres.Sql) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let taken = () => {};
  const allTaken = new Promise<void>((resolve) => {
    taken = resolve;
  });
  let left = sql.options.max;
  const holders = Array.from({ length: left }, () =>
    sql.begin(async () => {
      if (--left === 0) taken();
      await released;
    }),
  );
  await allTaken;
  return { release, ended: Promise.all(holders) };
}

/**
 * Routes that ask the pool for writes on purpose: health, how many copies there were, and the
 * progress of a broadcast, which may take longer than others on `reads` should wait.
 */
const exempt = ["/readyz", "/public/preferences/copy", "/v1/broadcasts", "/v1/broadcasts/:id"];

function pathsToRead(): string[] {
  const paths = app.routes
    .filter(({ method, path }) => method === "GET" && !/\*|:mistyped/.test(path))
    .map(({ path }) => path);
  return [...new Set(paths)].filter((path) => !exempt.includes(path)).sort();
}

const fill = (path: string) =>
  path.replace(/:(\w+)/g, (_, name) => {
    const room = Object.keys(ids).find((one) => path.includes(`/${one}/`));
    return ids[name] ?? ids[room ?? ""] ?? "nothing";
  });

function read(path: string): Promise<number> {
  const link = makeLink(
    { publicUrl: app.url, secrets: ["a secret for the tests alone"] },
    { profileId: ids.profiles as string, for: path.includes("editor") ? "editor" : "preferences" },
  );
  const token = new URL(link.url).searchParams.get("token") as string;
  const asks: Record<string, string> = { embed: `?token=${token}`, "can-send": "?channel=sms" };
  const query = asks[path.split("/").find((part) => part in asks) ?? ""] ?? "";
  const headers = path.startsWith("/public/") ? { Authorization: `Bearer ${token}` } : admin;
  return fetch(`${app.url}${fill(path)}${query}`, { headers, signal: AbortSignal.timeout(10_000) })
    .then((response) => response.text().then(() => response.status))
    .catch((error: Error) => `${error.name}` as unknown as number);
}

test("everything can be read while every writing connection is busy", async () => {
  const paths = pathsToRead();
  assert.ok(paths.length > 40, paths.join(" "));
  const answers = async () =>
    Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)])));
  const usual = await answers();
  assert.deepEqual(
    Object.keys(usual).filter((path) => path.startsWith("/v1/") && usual[path] !== 200),
    [],
  );
  const { release, ended } = await takeAll(app.database.sql);
  const meanwhile = await answers();
  release();
  await ended;
  assert.deepEqual(meanwhile, usual);
});
