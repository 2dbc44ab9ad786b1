// A TCP proxy before a test's PostgreSQL that resets its connections, or drops all bytes.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type DatabaseProxy = {
  /** The DATABASE_URL of the database behind the proxy. */
  url: string;
  /** Resets every connection; new ones work. */
  reset(): void;
  /** Drops everything sent, on old and new connections, until `restore`. */
  swallow(): void;
  restore(): void;
  /**
   * Resolves when a connection that has sent `text` is in a transaction. The answer that says so is
   * held back, and `then` is called in the same turn.
   */
  inTransaction(text: string, then: () => void): Promise<void>;
  stop(): void;
};

type Pair = { client: Socket; database: Socket; sent: string };

/** Starts a proxy before the database whose socket folder `url` names. */
export async function databaseProxy(url: string): Promise<DatabaseProxy> {
  const { username, pathname, searchParams } = new URL(url);
  const path = `${searchParams.get("host")}/.s.PGSQL.5432`;
  const pairs = new Set<Pair>();
  let swallowing = false;
  let awaited: { text: string; found: () => void } | undefined;

  const server = createServer({ noDelay: true }, (client) => {
    const pair = { client, database: connect(path), sent: "" };
    pairs.add(pair);
    client.on("data", (bytes) => {
      if (swallowing) return;
      if (awaited) pair.sent += bytes.toString("latin1");
      pair.database.write(bytes);
    });
    pair.database.on("data", (bytes) => {
      if (awaited && pair.sent.includes(awaited.text) && opensTransaction(bytes)) {
        const { found } = awaited;
        awaited = undefined;
        found();
        return;
      }
      if (!swallowing) client.write(bytes);
    });
    const closed = () => {
      // A network that vanished does not close its other end.
      if (swallowing) return;
      pairs.delete(pair);
      client.destroy();
      pair.database.destroy();
    };
    for (const socket of [client, pair.database]) socket.on("error", () => {}).on("close", closed);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  const end = (how: (client: Socket) => void) => {
    for (const { client, database } of pairs) {
      if (!client.destroyed) how(client);
      database.destroy();
    }
  };
  return {
    url: `postgres://${username}@127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    reset: () => end((client) => client.resetAndDestroy()),
    swallow() {
      swallowing = true;
    },
    restore() {
      swallowing = false;
    },
    inTransaction(text, then) {
      return new Promise((resolve) => {
        const found = () => {
          then();
          resolve();
        };
        awaited = { text, found };
      });
    },
    stop() {
      swallowing = false;
      end((client) => client.destroy());
      server.close();
    },
  };
}

/** Whether an answer ends with ReadyForQuery in a transaction. */
function opensTransaction(bytes: Buffer): boolean {
  return bytes.subarray(-6).equals(Buffer.from("Z\0\0\0\x05T", "latin1"));
}
