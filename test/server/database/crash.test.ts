import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { formBody } from "../../support/app.ts";
import { temporaryFolder } from "../../support/database.ts";
import { startServer } from "../../support/server.ts";

test("after kill -9 under 32 submitting clients, every acknowledged submission is there", async () => {
  const dataDir = temporaryFolder();
  const env = { API_KEY: "a-key-for-this-test-alone", LIMIT_CLIENT: "0" };
  const headers = { Authorization: `Bearer ${env.API_KEY}`, "Content-Type": "application/json" };
  try {
    const server = await startServer({ dataDir, embedded: true, env });
    const made = await fetch(`${server.url}/v1/forms`, {
      method: "POST",
      headers,
      body: JSON.stringify(formBody()),
    });
    const { id } = (await made.json()) as { id: string };

    const acknowledged: string[] = [];
    let next = 0;
    const client = async () => {
      for (;;) {
        const address = `+4477009${String(next++).padStart(5, "0")}`;
        const init = {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ address, wording: 1 }),
        };
        const answer = await fetch(`${server.url}/public/forms/${id}/submissions`, init).catch(
          () => undefined,
        );
        if (!answer) return;
        assert.equal(answer.status, 200);
        acknowledged.push(address);
        if (acknowledged.length === 500) await server.kill();
      }
    };
    await Promise.all(Array.from({ length: 32 }, client));
    assert.ok(acknowledged.length >= 500);

    const restarted = await startServer({ dataDir, embedded: true, env });
    try {
      for (const address of acknowledged) {
        const found = await fetch(
          `${restarted.url}/v1/profiles?phoneNumber=${encodeURIComponent(address)}`,
          {
            headers,
          },
        );
        const { items } = (await found.json()) as { items: { optIn: { sms: boolean } }[] };
        assert.equal(items[0]?.optIn.sms, true, address);
      }
    } finally {
      await restarted.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
