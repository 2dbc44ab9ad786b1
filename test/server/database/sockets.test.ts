// Over TLS, a connection names its host to the server, and ends if the server says nothing.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { TLSSocket } from "node:tls";
import { open } from "../../../server/database/connect.ts";
import { socketsThatEnd } from "../../../server/database/sockets.ts";
import { cert, key } from "../../support/certificate.ts";
import { until } from "../../support/until.ts";

test("a silent connection over TLS ends after it has named its host", async (t) => {
  const named: (string | false | null)[] = [];
  // Agrees to TLS as PostgreSQL does, and then says nothing.
  const silent = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write("S");
      const secure = new TLSSocket(socket, { isServer: true, key, cert });
      secure
        .on("error", () => {})
        .on("secure", () => {
          named.push(secure.servername);
        });
    });
  }).listen(0);
  await once(silent, "listening");
  const url = `postgres://me@localhost:${(silent.address() as AddressInfo).port}/db?sslmode=require`;
  const options = { max: 1, connect_timeout: 60, socket: socketsThatEnd(1000) };
  const sql = open({ url }, options as unknown as Parameters<typeof open>[1]);
  t.after(() => {
    sql.end({ timeout: 0 });
    silent.close();
  });
  // Whatever waits for a first connection tries the next one.
  sql`select 1`.catch(() => {});
  await until("the connection to end and the next to begin", () => named.length === 2);
  assert.deepEqual(named, ["localhost", "localhost"]);
});
