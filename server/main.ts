// The server: environment -> database -> app -> listen -> graceful stop.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { keptKey } from "./access/secrets.ts";
import { createSignInLink } from "./access/sessions.ts";
import { channels } from "./addresses/channels.ts";
import { createApp } from "./app.ts";
import { openDatabase } from "./database/open.ts";
import { startDispatchers } from "./dispatch/dispatchers.ts";
import { CannotStart } from "./env/cannot-start.ts";
import { type Env, readEnv } from "./env/env.ts";
import { startSlimming } from "./flags/slim-flags.ts";
import { listenForMail } from "./inbounds/smtp-listener.ts";
import { unsubscribeUrl } from "./links/unsubscribe.ts";
import { unsubscribeAddress } from "./links/unsubscribe-address.ts";
import { loggable } from "./loggable.ts";
import { addressCautions } from "./process/cautions.ts";
import { prepareKey } from "./process/first-key.ts";
import { startLargeIndexes } from "./process/large-indexes.ts";
import { openLog } from "./process/log.ts";
import { warnOfRisks } from "./process/risks.ts";
import { stopOnSignal } from "./process/stop.ts";
import { sweep } from "./process/sweep.ts";
import { openThreads } from "./process/threads.ts";
import { welcome } from "./process/welcome.ts";
import { startHoldingTwins } from "./profiles/twins.ts";
import { addFirstWords } from "./rules/first-words.ts";
import { createTransports } from "./transports/transports.ts";

const sweepEvery = 60_000;
/**
 * In ms; longer than the 60 s for which proxies keep an idle connection: what is sent just as the
 * server closes it is lost.
 */
const keepAliveTimeout = 72_000;

try {
  await main(readEnv(process.env));
} catch (error) {
  // What an operator can fix is one line; anything else is our fault and needs its stack.
  console.error(error instanceof CannotStart ? error.message : error);
  process.exit(1);
}

async function main(env: Env): Promise<void> {
  const log = openLog(env.logLevel);
  const database = await openDatabase(env, log);
  try {
    await addFirstWords(database.sql);
    const { keyFile, cautions } = await prepareKey(database.sql, env);
    const secrets = env.secrets.length > 0 ? env.secrets : [await keptKey(database.sql, "secret")];

    const unsubscribeKey = await keptKey(database.sql, "unsubscribe_key");

    let app: ReturnType<typeof createApp>;
    const server = createAdaptorServer({
      fetch: (...request) => app.fetch(...request),
      // For HTTP/1.0 without a Host, as some health checks send it; no link is made from it.
      hostname: "localhost",
      serverOptions: { keepAliveTimeout },
    });
    const port = await listen(server, env);
    const publicUrl = env.publicUrl ?? `http://localhost:${port}`;
    const { trustedProxies, limits, answerTime, providers } = env;
    const { email: inboundEmail, smtpPort } = env.inboundMail;
    const transports = createTransports(
      env.transports,
      inboundEmail === undefined
        ? undefined
        : (id) => unsubscribeAddress(unsubscribeKey, inboundEmail, id),
    );
    const dispatchers = startDispatchers({
      sql: database.dispatch,
      log,
      transports,
      unsubscribeUrl: (link) => unsubscribeUrl({ publicUrl, key: unsubscribeKey }, link),
    });
    const services = {
      publicUrl,
      secrets,
      trustedProxies,
      limits,
      answerTime,
      businessName: env.transports.smtp?.business.name,
      adminPassword: env.adminPassword,
      docs: env.docs,
      site: env.site,
      providers,
      outboxChannels: channels.filter((channel) => transports[channel].inDatabase),
    };
    const { connection, sql, reads, slowReads, slowWrites } = database;
    const { poke } = dispatchers;
    const threads = openThreads({ connection, logLevel: env.logLevel, services }, { poke, log });
    app = createApp({ ...services, sql, reads, slowReads, slowWrites, poke, log, threads });

    const mailListener =
      inboundEmail !== undefined && smtpPort !== undefined
        ? await listenForMail({ port: smtpPort, host: env.host, inboundEmail }, { sql, poke, log })
        : undefined;
    if (mailListener) log.info(`takes mail for ${inboundEmail} on port ${mailListener.port}`);

    const sweeping = setInterval(() => {
      sweep(database.slowWrites).catch((error) => log.error(loggable(error), "sweep failed"));
    }, sweepEvery).unref();
    const slimming = startSlimming(database.slowWrites, log);
    const holdingTwins = startHoldingTwins(database.slowWrites, log);
    const largeIndexes = startLargeIndexes(connection, log);
    stopOnSignal(server, log, {
      alongside: async () => {
        clearInterval(sweeping);
        await Promise.all([slimming.stop(), holdingTwins.stop(), largeIndexes.stop()]);
        await Promise.all([dispatchers.stop(), mailListener?.close()]);
      },
      afterwards: async () => {
        await threads.end();
        await database.end();
      },
    });
    await warnOfRisks(database.reads, log);
    const signInLink = env.adminPassword
      ? undefined
      : await createSignInLink(database.sql, publicUrl);
    const { host, docs, site } = env;
    const started = { publicUrl, host, docs, site, port, keyFile, signInLink: signInLink?.url };
    console.log(welcome({ ...started, cautions: [...cautions, ...addressCautions(publicUrl)] }));
  } catch (error) {
    await database.end();
    throw error;
  }
}

/** Gives the port that was taken; no request is handled before the caller's next turn. */
async function listen(server: ReturnType<typeof createAdaptorServer>, env: Env): Promise<number> {
  server.listen(env.port, env.host);
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new CannotStart(
        `Port ${env.port} is taken: stop what uses it, or set PORT to another (0: any).`,
      );
    }
    if (code === "EACCES")
      throw new CannotStart(`PORT ${env.port} is not allowed to this user: set another.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new CannotStart(`HOST ${env.host} is not an address of this machine: set another.`);
    }
    throw error;
  }
  return (server.address() as AddressInfo).port;
}
