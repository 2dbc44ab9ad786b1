// PostgreSQL is stopped for ten seconds under load and restarted; the server is not.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "../../../server/database/connect.ts";
import { startEmbedded } from "../../../server/database/embedded.ts";
import { upgrade } from "../../../server/database/upgrade.ts";
import {
  type Answer,
  apiKey,
  beginBroadcast,
  broadcastDone,
  call,
  makePeople,
  numberOf,
} from "../../support/crowd.ts";
import { temporaryFolder } from "../../support/database.ts";
import { gateway } from "../../support/gateway.ts";
import { startServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const audience = 2000;

test("after ten seconds without PostgreSQL everything resumes, and nothing acknowledged is lost", {
  timeout: 240_000,
}, async (t) => {
  const folder = temporaryFolder();
  let postgres = await startEmbedded(folder);
  const { target } = postgres;
  const database = connect(target);
  await upgrade(database.sql);
  await makePeople(database.slowWrites, audience);
  const receiver = await gateway((response) => setTimeout(() => response.end(), 20));
  const { user, socketFolder } = target;
  const url = `postgres://${user}@localhost/${target.database}?host=${encodeURIComponent(socketFolder)}`;
  let loading = true;
  let next = 0;
  let clients: Promise<void>[] = [];
  const server = await startServer({
    dataDir: folder,
    env: { DATABASE_URL: url, API_KEY: apiKey, ...receiver.env },
  });
  try {
    const id = await beginBroadcast(server);

    const answers: { path: string; answer: Answer }[] = [];
    const made: string[] = [];
    const optedOut = new Map<string, number>();
    clients = Array.from({ length: 8 }, async (_, client) => {
      while (loading) {
        const n = next++;
        const person = `new-${n}`;
        const optsOut = client === 0 && audience - n > 0;
        const path = optsOut ? `/v1/profiles/p${audience - n}/optin?channel=sms` : "/v1/profiles";
        const answer = optsOut
          ? await call(server, "DELETE", path)
          : await call(server, "POST", path, { id: person, optIn: { email: true } });
        answers.push({ path, answer });
        if (answer.status === 201) made.push(person);
        if (answer.status === 200) optedOut.set(numberOf(audience - n), performance.now());
        if (answer.status === 503) await wait(50);
      }
    });

    await until(
      "the load and the broadcast to be under way",
      () => made.length > 200 && receiver.calls.length > 100,
    );
    const before = receiver.calls.length;
    await postgres.stop();
    // The outage itself.
    await wait(10_000);
    assert.ok(receiver.calls.length < audience, "the broadcast was over before");
    const during = made.length;
    postgres = await startEmbedded(folder);
    assert.equal(postgres.target.socketFolder, socketFolder);
    const back = performance.now();

    await until("requests to be taken again", () => made.length > during + 200, 60);
    const requests = performance.now() - back;
    const again = receiver.calls.length;
    await until("the broadcast to go on", () => receiver.calls.length > again + 20, 60);
    loading = false;
    await Promise.all(clients);
    const { counts } = await broadcastDone(() => server, id);

    const refused = answers.filter(({ answer }) => answer.status > 299);
    t.diagnostic(
      `${before} calls before, ${made.length} people and ${optedOut.size} opt-outs acknowledged, ${refused.length} answered 503, ` +
        `200 requests taken ${Math.round(requests)} ms after the database was back`,
    );
    assert.ok(refused.length > 0);
    for (const { answer, path } of refused) {
      assert.equal(answer.status, 503, `${path}: ${JSON.stringify(answer.body)}`);
      assert.match(String(answer.headers["retry-after"]), /^\d+$/);
    }
    const [kept] = await database.sql`
      select count(*)::int from profiles
      where id in (select jsonb_array_elements_text(${database.sql.json(made)}))`;
    assert.equal(kept?.count, made.length);
    const [out] = await database.sql`
      select count(*)::int from profiles p join flags f on f.profile_id = p.id and f.channel = 'sms'
        and not f.opted_in
      where p.phone_number in
        (select jsonb_array_elements_text(${database.sql.json([...optedOut.keys()])}))`;
    assert.equal(out?.count, optedOut.size);
    const late = receiver.calls.filter(({ to, at }) => at > (optedOut.get(to) ?? Infinity) + 50);
    assert.deepEqual(late, []);
    assert.deepEqual(
      [counts.queued, counts.failed, counts.sent + counts.filtered],
      [0, 0, audience],
    );
    assert.equal(
      new Set(receiver.calls.map(({ to }) => to)).size,
      new Set(receiver.calls.map((one) => one.id)).size,
    );
  } catch (error) {
    console.error(server.output().slice(-3000));
    throw error;
  } finally {
    loading = false;
    await Promise.allSettled(clients);
    await server.kill();
    await receiver.end();
    await database.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
