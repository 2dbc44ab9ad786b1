// The webhook transport against a real receiver.

import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, describe, it } from "node:test";
import { Webhook } from "standardwebhooks";
import type { WebhookSettings } from "../../../server/env/webhook.ts";
import { deadline } from "../../../server/transports/deadline.ts";
import { poster } from "../../../server/transports/http.ts";
import { isPublic } from "../../../server/transports/public-addresses.ts";
import type { Transport } from "../../../server/transports/transport.ts";
import { webhook } from "../../../server/transports/webhook.ts";
import { outgoing } from "../../support/outgoing.ts";
import { type Receiver, receiver } from "../../support/receiver.ts";

const secret = Buffer.from("an opener of thirty-two letters!");
const open: (Receiver | Transport)[] = [];

after(async () => {
  for (const one of open) await ("end" in one ? one.end() : one.close());
});

async function receive(answer: (response: ServerResponse) => void = (response) => response.end()) {
  const one = await receiver(answer);
  open.push(one);
  return one;
}

function sender(
  url: string,
  over: Partial<WebhookSettings> = {},
  more: { connections?: number; patience?: { start: number; answer: number } } = {},
) {
  const transport = webhook(
    { url, secret, allowPrivate: true, ...over },
    { connections: 2, ...more },
  );
  open.push(transport);
  return transport;
}

const answering = (status: number, headers: Record<string, string> = {}) =>
  receive((response) => response.writeHead(status, headers).end("thanks"));

describe("a call", () => {
  it("is signed according to Standard Webhooks", async () => {
    const { url, received } = await receive();
    await sender(`${url}/hook?tenant=1`).begin(outgoing({ body: "Grüße 🎉" }));
    const [{ path, headers, body } = assert.fail()] = received;
    assert.equal(path, "/hook?tenant=1");
    const verified = new Webhook(`whsec_${secret.toString("base64")}`).verify(
      body,
      headers as Record<string, string>,
    );
    assert.deepEqual((verified as { data: unknown }).data, {
      id: "4711",
      channel: "sms",
      to: "+447700900123",
      title: null,
      body: "Grüße 🎉",
      customBody: null,
      metadata: null,
    });
  });

  it("has the provider's id if the gateway answers it, and no other answer counts", async () => {
    const answer = async (text: string) => {
      const { url } = await receive((response) => response.end(text));
      return sender(url).begin(outgoing());
    };
    assert.deepEqual(await answer('{"providerId": "wamid.HBgM="}'), {
      status: "sent",
      providerId: "wamid.HBgM=",
    });
    for (const text of ['{"providerId": 5}', '{"providerId": "a b"}', "null", "thanks"])
      assert.deepEqual(await answer(text), { status: "sent" });
  });

  it("has the message's id, the same each time", async () => {
    const { url, received } = await receive();
    const transport = sender(url);
    await transport.begin(outgoing());
    await transport.begin(outgoing());
    assert.deepEqual(
      received.map(({ headers }) => headers["webhook-id"]),
      ["4711", "4711"],
    );
  });

  it("is refused by the verifier after any change", async () => {
    const { url, received } = await receive();
    await sender(url).begin(outgoing());
    const [{ headers, body } = assert.fail()] = received;
    const verifier = new Webhook(`whsec_${secret.toString("base64")}`);
    assert.throws(() =>
      verifier.verify(body.replace("Hello", "Jello"), headers as Record<string, string>),
    );
  });
});

describe("the receiver's answer", () => {
  for (const [status, outcome] of [
    [200, "sent"],
    [202, "sent"],
    [204, "sent"],
    [400, "failed"],
    [404, "failed"],
    [408, "retry"],
    [410, "failed"],
    [422, "failed"],
    [429, "retry"],
    [500, "unknown"],
    [502, "unknown"],
    [503, "retry"],
  ] as const) {
    it(`${status} means ${outcome}`, async () => {
      const { url } = await answering(status);
      assert.equal((await sender(url).begin(outgoing())).status, outcome);
    });
  }

  it("may say when to come back", async () => {
    const { url } = await answering(429, { "Retry-After": "17" });
    const outcome = await sender(url).begin(outgoing());
    assert.deepEqual(outcome, { status: "retry", reason: "webhook: HTTP 429", after: 17 });
  });

  it("cannot redirect us", async () => {
    const elsewhere = await receive();
    for (const status of [301, 302, 303, 307, 308]) {
      const { url } = await answering(status, { Location: elsewhere.url });
      assert.equal((await sender(url).begin(outgoing())).status, "failed");
    }
    assert.equal(elsewhere.received.length, 0);
  });

  it("is awaited until our timeout, and unknown then", async () => {
    const { url } = await receive(() => {});
    const transport = sender(url, {}, { patience: { start: 1000, answer: 50 } });
    assert.deepEqual(await transport.begin(outgoing()), {
      status: "unknown",
      reason: "webhook: no answer in time",
    });
  });

  it("is unknown if the connection breaks", async () => {
    const { url } = await receive((response) => response.socket?.destroy());
    assert.equal((await sender(url).begin(outgoing())).status, "unknown");
  });

  it("is retried if nobody listens", async () => {
    const gone = await receive();
    await gone.end();
    assert.deepEqual(await sender(gone.url).begin(outgoing()), {
      status: "retry",
      reason: "webhook: ECONNREFUSED",
    });
  });

  it("may be endless, and is cut off", async () => {
    const { url } = await receive((response) => {
      const more = () => response.write("x".repeat(10_000), (error) => error ?? more());
      more();
    });
    assert.equal((await sender(url).begin(outgoing())).status, "sent");
  });
});

describe("its connections", () => {
  it("are limited, and a call occupies one until it is answered", async () => {
    const waiting: ServerResponse[] = [];
    const { url, connections, has } = await receive((response) => waiting.push(response));
    const transport = sender(url);
    assert.equal(transport.free(), 2);
    const calls = [transport.begin(outgoing()), transport.begin(outgoing())];
    assert.equal(transport.free(), 0);
    await has(2);
    for (const response of waiting) response.end();
    await Promise.all(calls);
    assert.equal(transport.free(), 2);
    assert.equal(connections(), 2);
  });

  it("are kept", async () => {
    const { url, connections } = await receive();
    const transport = sender(url);
    for (let i = 0; i < 20; i++) await transport.begin(outgoing());
    assert.equal(connections(), 1);
  });

  it("send nothing after the flag that allowed it was released", async () => {
    const one = await receive();
    const holding = new AbortController();
    const hold = { begun() {}, until: deadline(60_000), lost: holding.signal };
    const calling = sender(one.url).begin(outgoing(), hold);
    holding.abort();
    assert.equal((await calling).status, "retry");
    assert.equal(one.received.length, 0);
  });

  it("send nothing after the deadline of the decision, however late the call is made", async () => {
    const one = await receive();
    const transport = sender(one.url);
    await transport.begin(outgoing());
    const hold = { begun() {}, until: deadline(-1), lost: new AbortController().signal };
    assert.deepEqual(await transport.begin(outgoing(), hold), {
      status: "retry",
      reason: "webhook: no connection in time",
    });
    assert.equal(one.received.length, 1);
  });

  it("send nothing if the machine was suspended between the decision and the call", async (t) => {
    const one = await receive();
    const transport = sender(one.url);
    await transport.begin(outgoing());
    const hold = { begun() {}, until: deadline(1000), lost: new AbortController().signal };
    // The monotonic clock stops meanwhile, and the wall clock is set when it continues.
    const now = Date.now;
    t.mock.method(Date, "now", () => now() + 5000);
    assert.equal((await transport.begin(outgoing(), hold)).status, "retry");
    assert.equal(one.received.length, 1);
  });

  it("send nothing if the process was paused between the decision and the first byte", async () => {
    const one = await receive();
    const transport = sender(one.url, {}, { patience: { start: 100, answer: 5000 } });
    await transport.begin(outgoing());
    const calling = transport.begin(outgoing());
    const wakes = performance.now() + 150;
    while (performance.now() < wakes);
    assert.deepEqual(await calling, { status: "retry", reason: "webhook: no connection in time" });
    assert.equal(one.received.length, 1);
    assert.equal(transport.free(), 2);
    assert.deepEqual(await transport.begin(outgoing()), { status: "sent" });
    assert.equal(one.received.length, 2);
  });

  it("that are too late send nothing, occupy their place meanwhile, and serve the next call", async () => {
    const { port, received, connections } = await receive();
    let found = () => {};
    const calls = poster({
      url: `http://slow.example:${port}`,
      connections: 1,
      patience: { start: 50, answer: 9000 },
      lookup: (_host, _options, callback) => {
        found = () => callback(null, [{ address: "127.0.0.1", family: 4 }]);
      },
    });
    assert.deepEqual(await calls.post({}, "one"), { sent: false, reason: "no connection in time" });
    assert.equal(calls.free(), 0);
    found();
    while (calls.free() === 0) await new Promise(setImmediate);
    await calls.post({}, "two");
    calls.close();
    assert.deepEqual(
      received.map(({ body }) => body),
      ["two"],
    );
    assert.equal(connections(), 1);
  });
});

describe("a private address", () => {
  for (const [what, host] of [
    ["as a literal", "127.0.0.1"],
    ["as a name", "localhost"],
    ["IPv4-mapped IPv6", "[::ffff:127.0.0.1]"],
    ["as a number", "2130706433"],
  ]) {
    it(`is refused ${what}`, async () => {
      const { port, connections } = await receive();
      const outcome = await sender(`http://${host}:${port}`, { allowPrivate: false }).begin(
        outgoing(),
      );
      assert.equal(outcome.status, "failed");
      assert.match("reason" in outcome ? (outcome.reason ?? "") : "", /private address/);
      assert.equal(connections(), 0);
    });
  }

  it("is called by name if that is allowed", async () => {
    const { port, received } = await receive();
    await sender(`http://localhost:${port}`).begin(outgoing());
    assert.equal(received.length, 1);
  });

  for (const address of [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.8.9.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
  ]) {
    it(`is ${address}`, () => assert.equal(isPublic(address), false));
  }

  for (const address of [
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "2002:101:101::",
  ]) {
    it(`is not ${address}`, () => assert.equal(isPublic(address), true));
  }
});
