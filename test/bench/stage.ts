// What every part runs on: PostgreSQL as in production (fsync on), the built server, profiles and
// two forms.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type postgres from "postgres";
import { open, type Target } from "../../server/database/connect.ts";
import { startEmbedded } from "../../server/database/embedded.ts";
import { root } from "../../server/env/root.ts";
import { measuringPauses } from "../support/pauses.ts";
import { type Load, startLoad } from "./load.ts";

export type Server = { port: number; url: string; pid: number };

export type Stage = {
  target: Target;
  /** For preparing and inspecting; the servers have their own connections. */
  sql: postgres.Sql;
  /** The built server, as `npm start` runs it, with its log on. */
  ours: Server;
  /** The file for the pauses of its event loop. */
  pauses: string;
  /** A key with every scope. */
  key: string;
  /** How many profiles there are: `phoneNumber(0)` onwards. */
  profiles: number;
  /**
   * Two forms, so that each submission of a person can differ from the previous one, and makes an
   * event.
   */
  forms: [string, string];
  load: Load;
  /** Starts another of our servers on a DATABASE_URL; `more` overrides variables. */
  serve(databaseUrl: string, more?: Record<string, string>): Promise<Server>;
  /** The DATABASE_URL of our servers. */
  databaseUrl: string;
  /** Starts a file of `servers/` with these variables. */
  start(file: string, env: Record<string, string>): Promise<Server>;
};

/** The providers' signing secrets. */
export const providerSecrets = {
  TWILIO_AUTH_TOKEN: "bench-twilio-token",
  META_APP_SECRET: "bench-meta-secret",
  META_VERIFY_TOKEN: "bench-meta-token",
};

/** The texts of the forms. */
export const formContent = {
  channel: "sms",
  description: "Newsletter",
  confirmationMessage: "I agree to receive text messages about offers. I can stop at any time.",
  buttonText: "Sign up",
  businessName: "Example Shop",
  privacyUrl: "https://shop.example/privacy",
  defaultCountry: "GB",
};

const profiles = 20_000;
const key = "bench-key-with-every-scope";

/** The phone number of the profile with this index. */
export function phoneNumber(index: number): string {
  return `+447${String(700_000_000 + index)}`;
}

/** The database as options of postgres.js, for the servers other than ours. */
export function databaseOptions({ target }: Stage): object {
  if ("url" in target) throw new Error("The bench has a database of its own.");
  const { socketFolder, database, user } = target;
  return { path: join(socketFolder, ".s.PGSQL.5432"), database, user };
}

/** Prepares the stage, runs `play` on it, and removes everything. */
export async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "opt-in-kit-bench-"));
  chmodSync(folder, 0o755);
  const pauses = join(folder, "pauses");
  const children: ChildProcess[] = [];
  const embedded = await startEmbedded(folder);
  const { target } = embedded;
  const sql = open(target, { max: 1 });
  const load = startLoad();
  const clear = async () => {
    await Promise.all(children.map(stop));
    await load.end();
    await sql.end({ timeout: 1 });
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("SIGINT", () => clear().finally(() => process.exit(130)));
  process.once("SIGTERM", () => clear().finally(() => process.exit(143)));

  const launch = (program: string, env: Record<string, string>) =>
    launchServer(program, env, children);
  try {
    const database = encodeURIComponent(target.socketFolder);
    const databaseUrl = `postgres://${target.user}@localhost/${target.database}?host=${database}`;
    const serve = (url: string, more: Record<string, string> = {}) =>
      launch(join(root, "dist/server/main.js"), {
        DATABASE_URL: url,
        DATA_DIR: folder,
        API_KEY: key,
        TRUSTED_PROXIES: "127.0.0.1",
        LIMIT_CLIENT: "1000000",
        LIMIT_ADDRESS: "1000000",
        ...providerSecrets,
        ...measuringPauses(pauses),
        // Measures the server's capacity, not its waiting.
        ANSWER_TIME: "0",
        ...more,
      });
    const ours = await serve(databaseUrl);
    await makeProfiles(sql);
    const forms: Stage["forms"] = [await makeForm(ours), await makeForm(ours)];
    const start = (file: string, env: Record<string, string>) =>
      launch(fileURLToPath(new URL(`./servers/${file}`, import.meta.url)), env);
    await play({
      ...{ target, sql, ours, pauses, key, profiles, forms, load },
      ...{ serve, databaseUrl, start },
    });
  } finally {
    await clear();
  }
}

/** Opts every profile in on sms. */
export async function optEveryoneIn({ sql }: Stage): Promise<void> {
  await sql`select set_flag(
    p_profile_id => id, p_channel => 'sms', p_opted_in => true, p_source => 'api',
    p_actor => '{}') from profiles`;
  await sql`vacuum analyze asked_flags, events`;
}

async function launchServer(
  program: string,
  env: Record<string, string>,
  children: ChildProcess[],
): Promise<Server> {
  const port = await freePort();
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [...(process.env.BENCH_NODE?.split(" ") ?? []), program], {
    cwd: root,
    env: { PATH, HOME, PORT: String(port), ...env },
    // The log goes to /dev/null: for the server it is written in full, and nothing is kept.
    stdio: ["ignore", "ignore", "inherit"],
  });
  children.push(child);
  const url = `http://localhost:${port}`;
  while (!(await fetch(`${url}/`).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error(`${program} ended (${child.exitCode}).`);
    await wait(20);
  }
  return { port, url, pid: child.pid as number };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

async function makeProfiles(sql: postgres.Sql): Promise<void> {
  await sql`
    select make_profiles(jsonb_agg(jsonb_build_object('phoneNumber', '+447' || (700000000 + i))))
    from generate_series(0, ${profiles - 1}::int) i`;
  // Only tables with rows: one that was vacuumed while empty is planned as if it stayed empty.
  await sql`vacuum analyze profiles, events`;
  await sql`checkpoint`;
}

async function makeForm({ url }: Server): Promise<string> {
  const answer = await fetch(`${url}/v1/forms`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify(formContent),
  });
  if (!answer.ok) throw new Error(`The form was not made: ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}
