// Where a request comes from: the client's address behind the proxies that are trusted.

import { isIP, isIPv6 } from "node:net";
import type { Context, MiddlewareHandler } from "hono";
import { groupsOf, inNetworks } from "../networks.ts";
import type { AppEnv, Services } from "./services.ts";

/** Finds the address of a request's client: the nearest one that is no trusted proxy. */
export function clientFinder(trustedProxies: readonly string[]): (c: Context<AppEnv>) => string {
  const isTrusted = inNetworks(trustedProxies);
  return (c) => {
    const { incoming } = c.env;
    let client = plain(incoming.socket.remoteAddress ?? "");
    const hops = String(incoming.headers["x-forwarded-for"] ?? "")
      .split(",")
      .map((hop) => plain(hop.trim()));
    while (isTrusted(client)) {
      const next = hops.pop();
      if (next === undefined || !isIP(next)) break;
      client = next;
    }
    return client;
  };
}

/** Says once in the log that an X-Forwarded-For is not believed: no trusted proxy sent it. */
export function logUnbelievedProxy({
  trustedProxies,
  log,
}: Pick<Services, "trustedProxies" | "log">): MiddlewareHandler<AppEnv> {
  const isTrusted = inNetworks(trustedProxies);
  let said = false;
  return (c, next) => {
    const { headers, socket } = c.env.incoming;
    if (!said && headers["x-forwarded-for"] !== undefined) {
      said = !isTrusted(plain(socket.remoteAddress ?? ""));
      // Without the address, which may be a person's.
      if (said) log.warn(unbelieved);
    }
    return next();
  };
}

const unbelieved =
  "X-Forwarded-For came from an address that TRUSTED_PROXIES does not name, and is not believed. " +
  "If a proxy of yours sent it, all its visitors count as one client: name it in TRUSTED_PROXIES.";

/** What the tries to sign in count: an IPv4 address, or the /48 network of an IPv6 site. */
export function signingInClient(address: string): string {
  return isIPv6(address) ? network(address, 3) : address;
}

/**
 * What the limit for one client counts: an IPv4 address, or the /64 network that one IPv6 customer
 * has.
 */
export function limitedClient(address: string): string {
  return isIPv6(address) ? network(address, 4) : address;
}

/** An address without the part that names one household: /24 of IPv4, /48 of IPv6. */
export function shortenedClient(address: string): string {
  return isIPv6(address) ? network(address, 3) : address.replace(/\.\d+$/, ".0");
}

/**
 * The address alone, without a port, brackets or a zone; an IPv4-mapped IPv6 address becomes IPv4.
 */
function plain(address: string): string {
  return address
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/i, "")
    .replace(/%.*$/, "");
}

/** The first `groups` groups of 16 bits of an IPv6 address. */
function network(address: string, groups: number): string {
  const kept = groupsOf(address).slice(0, groups);
  return `${kept.map((group) => group.toString(16)).join(":")}::`;
}
