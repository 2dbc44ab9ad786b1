import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, open } from "../../../server/database/connect.ts";
import { migrate } from "../../../server/database/migrate.ts";
import { upgrade } from "../../../server/database/upgrade.ts";
import { temporaryFolder, testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true }));

writeFileSync(
  join(folder, "0001-people.sql"),
  "create table people (name text); create table pets (name text);",
);
writeFileSync(join(folder, "0002-ada.sql"), "insert into people values ('Ada');");

test("migrations are applied in order, each once", async () => {
  const database = await testDatabase({ empty: true });
  await migrate(database.sql, folder);
  await migrate(database.sql, folder);
  assert.deepEqual([...(await database.sql`select name from people`)], [{ name: "Ada" }]);
  assert.deepEqual(
    [...(await database.sql`select number, name from migrations order by number`)],
    [
      { number: 1, name: "people" },
      { number: 2, name: "ada" },
    ],
  );
  await database.end();
});

test("servers that boot at once apply each migration once", async () => {
  const database = await testDatabase({ empty: true });
  const servers = Array.from({ length: 4 }, () => connect({ url: database.url }));
  await Promise.all(servers.map(({ sql }) => migrate(sql, folder)));
  assert.deepEqual([...(await database.sql`select name from people`)], [{ name: "Ada" }]);
  await Promise.all(servers.map((server) => server.end()));
  await database.end();
});

test("a migration that waits for a table delays no request behind it", async () => {
  const database = await testDatabase({ empty: true });
  await migrate(database.sql, folder);
  const next = temporaryFolder();
  cpSync(folder, next, { recursive: true });
  writeFileSync(join(next, "0003-age.sql"), "alter table people add column age int");
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reading = database.slowReads.begin(async (tx) => {
    await tx`set local idle_in_transaction_session_timeout = 0`;
    await tx`select from people`;
    await released;
  });
  await until("the table to be read", async () => {
    const [row] = await database.sql`
      select pid from pg_locks where relation = to_regclass('people') and granted`;
    return row;
  });
  // As at boot: without a time limit.
  const unlimited = open({ url: database.url }, { max: 1 });
  const migrating = migrate(unlimited, next);
  await until("the migration to wait", async () => {
    const [row] = await database.sql`
      select pid from pg_locks where relation = to_regclass('people') and not granted`;
    return row;
  });
  assert.equal((await database.sql`select from people`).length, 1);
  release();
  await Promise.all([reading, migrating]);
  assert.deepEqual([...(await database.sql`select age from people`)], [{ age: null }]);
  rmSync(next, { recursive: true });
  await unlimited.end();
  await database.end();
});

test("a database of a newer version is refused and left unchanged", async () => {
  const database = await testDatabase({ empty: true });
  await migrate(database.sql, folder);
  await database.sql`insert into migrations (number, name) values (3, 'later')`;
  await assert.rejects(migrate(database.sql, folder), {
    name: "CannotStart",
    message: /newer than this version.*\(migration 3, known here: 2\)/,
  });
  await database.end();
});

test("a database with other migrations is refused and left unchanged", async () => {
  const database = await testDatabase({ empty: true });
  const other = temporaryFolder();
  writeFileSync(join(other, "0001-people.sql"), "create table people (name text, age int)");
  await migrate(database.sql, other);
  await assert.rejects(migrate(database.sql, folder), {
    name: "CannotStart",
    message: /made by another version.*migration 1 .*DATA_DIR/,
  });
  assert.equal((await database.sql`select number from migrations`).length, 1);
  rmSync(other, { recursive: true });
  await database.end();
});

test("a migration that fails leaves nothing behind and is named", async () => {
  const database = await testDatabase({ empty: true });
  const broken = temporaryFolder();
  writeFileSync(
    join(broken, "0001-broken.sql"),
    "create table halves (name text); create table no",
  );
  await assert.rejects(migrate(database.sql, broken), /Migration 1 \(broken\) failed/);
  const [row] = await database.sql`select to_regclass('halves') as halves`;
  assert.equal(row?.halves, null);
  rmSync(broken, { recursive: true });
  await database.end();
});

test("the shipped migrations give an empty database the schema that the tests use", async () => {
  const database = await testDatabase({ empty: true });
  const shipped = await testDatabase();
  await upgrade(database.sql);
  const columns = (sql: typeof database.sql) => sql`
    select table_name, column_name, data_type from information_schema.columns
    where table_schema = 'public' order by 1, 2`;
  assert.deepEqual([...(await columns(database.sql))], [...(await columns(shipped.sql))]);
  await Promise.all([database.end(), shipped.end()]);
});

test("a user who may not create the extension is told what to run", async () => {
  const database = await testDatabase({ empty: true });
  const { sql } = connect({ url: database.url });
  const limited = open({ url: database.url }, { max: 1 });
  const role = `limited_${randomBytes(4).toString("hex")}`;
  await sql.unsafe(`create role ${role}; grant all on schema public to ${role}`);
  await limited.unsafe(`set role ${role}`);
  await assert.rejects(upgrade(limited), {
    name: "CannotStart",
    message: /permission denied .*run this in the database.*: create extension pg_trgm;$/,
  });
  await sql.unsafe("create extension pg_trgm");
  await upgrade(limited);
  await limited.end();
  await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  await sql.end();
  await database.end();
});
