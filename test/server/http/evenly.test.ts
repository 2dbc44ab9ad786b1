// The answer to a submission takes the same time, whoever is known.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { evenly } from "../../../server/http/evenly.ts";
import { formBody, testApp } from "../../support/app.ts";

/** Milliseconds; timers may fire a fraction early. */
const took = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return Math.ceil(performance.now() - began);
};

test("results are returned after the time, or after the next multiple of it", async () => {
  assert.ok((await took(() => evenly(60, async () => 1))) >= 60, "at least once");
  assert.ok((await took(() => evenly(60, () => wait(70)))) >= 120, "at least twice");
  assert.equal(await evenly(5, async () => "what comes of it"), "what comes of it");
});

test("failures take as long as successes", async () => {
  const fails = () => evenly(60, () => Promise.reject(new Error("no")));
  const time = await took(() => assert.rejects(fails, /no/));
  assert.ok(time >= 60, `${time} ms`);
});

for (const confirm of ["none", "double"]) {
  test(`a submission is answered no sooner, known or unknown, with confirm ${confirm}`, async () => {
    const app = await testApp({ answerTime: 200 });
    try {
      const known = "+447700900123";
      await app.call("POST", "/v1/profiles", { phoneNumber: known, optIn: { sms: true } });
      const { id } = (await app.call("POST", "/v1/forms", formBody({ confirm }))).body;
      for (const address of [known, "+447700900124", "+442079460123"]) {
        const json = { address, wording: 1 };
        const time = await took(() => app.call("POST", `/public/forms/${id}/submissions`, json));
        assert.ok(time >= 200, `${address}: ${time} ms`);
        const page = new URLSearchParams({ address, wording: "1" }).toString();
        const type = { "Content-Type": "application/x-www-form-urlencoded" };
        const there = await took(() => app.call("POST", `/embed/forms/${id}`, page, type));
        assert.ok(there >= 200, `${address} on the page: ${there} ms`);
      }
    } finally {
      await app.end();
    }
  });
}
