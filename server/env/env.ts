// The environment variables that the server reads, checked once at boot.

import { join, resolve } from "node:path";
import { inNetworks } from "../networks.ts";
import { CannotStart } from "./cannot-start.ts";
import { type InboundMail, readInboundMail } from "./inbound-mail.ts";
import { host, trueOrFalse, visible, wholeNumber } from "./parse.ts";
import { root } from "./root.ts";
import { readTransports, type TransportSettings } from "./transports.ts";

export type Env = {
  /** 0 asks the system for a free one. */
  port: number;
  host: string;
  /** What every link begins with, without a slash at the end; absent: http://localhost:PORT. */
  publicUrl: string | undefined;
  /** Absent: the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  /** False where a pooler cannot keep prepared statements, such as PgBouncer before 1.21. */
  databasePrepare: boolean;
  /** An absolute path. */
  dataDir: string;
  adminPassword: string | undefined;
  apiKey: string | undefined;
  /** Newest first; empty: they are kept in the database. */
  secrets: string[];
  /** Addresses and networks (CIDR) whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  limits: {
    /** Form submissions for each client a minute; 0: unlimited. */
    client: number;
    /** Form submissions for each address and form an hour; 0: unlimited. */
    address: number;
    /** Confirmations that each client has sent out an hour; 0: unlimited. */
    confirmations: number;
    budgets: {
      /**
       * Confirmations that all clients have sent out to the numbers of one country an hour; 0:
       * unlimited.
       */
      country: number;
      /** And to the numbers that begin with the same seven digits; 0: unlimited. */
      prefix: number;
      /**
       * Confirmations to those in six hours after which fewer than one entered in ten ends them; 0:
       * never.
       */
      unconfirmed: number;
    };
  };
  /** How many milliseconds the answer to a form's submission takes at least. */
  answerTime: number;
  /** Whether /docs and /openapi.json are served. */
  docs: boolean;
  /** Whether the example page is served. */
  site: boolean;
  providers: Providers;
  transports: TransportSettings;
  inboundMail: InboundMail;
  logLevel: LogLevel;
};

/** What providers sign their webhooks with; a webhook without its secret is off. */
export type Providers = {
  twilioAuthToken: string | undefined;
  metaAppSecret: string | undefined;
  /** What Meta must say when the webhook is set up. */
  metaVerifyToken: string | undefined;
};

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

export type LogLevel = (typeof logLevels)[number];

/** Reads the variables; an empty one counts as absent, a wrong one throws `CannotStart`. */
export function readEnv(env: Readonly<Record<string, string | undefined>>): Env {
  const read = <T>(
    name: string,
    parse: (text: string) => T | undefined,
    expected: string,
  ): T | undefined => {
    const text = env[name]?.trim();
    if (!text) return undefined;
    const value = parse(text);
    if (value === undefined)
      throw new CannotStart(`${name} ${shown(name, text)}; it must be ${expected}.`);
    return value;
  };
  const limit = (name: string) =>
    read(name, wholeNumber(0, 1_000_000), "a whole number, 0 for no limit");

  const publicUrl = read(
    "PUBLIC_URL",
    webAddress,
    "an address without a path, such as https://optin.example.com",
  );
  return {
    port: read("PORT", wholeNumber(0, 65_535), "a whole number from 0 to 65535") ?? 8080,
    host: read("HOST", host, "a host name or an IP address, such as 0.0.0.0") ?? "127.0.0.1",
    publicUrl,
    databaseUrl: read(
      "DATABASE_URL",
      databaseAddress,
      "like postgres://user:password@host:5432/database",
    ),
    databasePrepare: read("DATABASE_PREPARE", trueOrFalse, "true or false") ?? true,
    dataDir: read("DATA_DIR", (text) => resolve(text), "a folder") ?? join(root, "data"),
    adminPassword: read("ADMIN_PASSWORD", password, "at least 12 characters"),
    apiKey: read("API_KEY", keyText, "at least 16 visible ASCII characters, none of them a colon"),
    secrets:
      read(
        "SECRET",
        listOf(visible(16)),
        "one or more, with commas between, of at least 16 characters",
      ) ?? [],
    trustedProxies:
      read("TRUSTED_PROXIES", listOf(network), "IP addresses or networks such as 10.0.0.0/8") ?? [],
    limits: {
      client: limit("LIMIT_CLIENT") ?? 60,
      address: limit("LIMIT_ADDRESS") ?? 5,
      confirmations: limit("LIMIT_CONFIRMATIONS") ?? 20,
      budgets: {
        country: limit("LIMIT_COUNTRY") ?? 500,
        prefix: limit("LIMIT_PREFIX") ?? 50,
        unconfirmed: limit("LIMIT_UNCONFIRMED") ?? 20,
      },
    },
    answerTime:
      read("ANSWER_TIME", wholeNumber(0, 5000), "a whole number of milliseconds, 5000 at most") ??
      100,
    docs: read("DOCS", trueOrFalse, "true or false") ?? true,
    site: read("SITE", trueOrFalse, "true or false") ?? true,
    providers: {
      twilioAuthToken: read(
        "TWILIO_AUTH_TOKEN",
        visible(16),
        "at least 16 visible ASCII characters",
      ),
      metaAppSecret: read("META_APP_SECRET", visible(16), "at least 16 visible ASCII characters"),
      metaVerifyToken: read(
        "META_VERIFY_TOKEN",
        visible(16),
        "at least 16 visible ASCII characters",
      ),
    },
    transports: readTransports(read, publicUrl),
    inboundMail: readInboundMail(read),
    logLevel:
      read(
        "LOG_LEVEL",
        (text) => logLevels.find((level) => level === text),
        `one of ${logLevels.join(", ")}`,
      ) ?? "info",
  };
}

/** Says what was given, but never a secret. */
function shown(name: string, text: string): string {
  const secret =
    /^(DATABASE_URL|ADMIN_PASSWORD|API_KEY|SECRET|TWILIO_AUTH_TOKEN|META_.*|SMTP_URL|DKIM_PRIVATE_KEY|WEBHOOK_(URL|SECRET))$/.test(
      name,
    );
  return secret ? "is not usable" : `is ${JSON.stringify(text)}`;
}

function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  // The iframe page and the loader find their files from the root.
  const isOrigin =
    url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
  return isOrigin && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

function databaseAddress(text: string): string | undefined {
  return /^postgres(ql)?:\/\/./.test(text) ? text : undefined;
}

/** As the user name of HTTP Basic a key ends at the first colon. */
function keyText(text: string): string | undefined {
  return text.includes(":") ? undefined : visible(16)(text);
}

function password(text: string): string | undefined {
  return [...text].length >= 12 ? text : undefined;
}

function listOf(parse: (text: string) => string | undefined) {
  return (text: string) => {
    const items = text.split(",").map((item) => parse(item.trim()));
    return items.every((item) => item !== undefined) ? items : undefined;
  };
}

function network(text: string): string | undefined {
  if (!/^[^/]+(\/\d{1,3})?$/.test(text)) return undefined;
  try {
    inNetworks([text]);
    return text;
  } catch {
    return undefined;
  }
}
