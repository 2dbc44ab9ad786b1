// Addresses that only this machine or its network can reach, to which webhooks must not go.

import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { groupsOf, inNetworks } from "../networks.ts";

const isPrivate = inNetworks([
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
  "::/96",
  "64:ff9b:1::/48",
  "fc00::/7",
  "fe80::/9",
  "ff00::/8",
]);

/**
 * Whether an IP address is one of the public internet. An IPv4-mapped IPv6 address is judged as
 * IPv4.
 */
export function isPublic(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  return !isPrivate(embedded(plain) ?? plain);
}

/** Looks a host up, and refuses it where any of its addresses is not public. */
export const lookupPublic: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return callback(error ?? refusal(), "", 0);
    if (!addresses.every(({ address }) => isPublic(address))) return callback(refusal(), "", 0);
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

/** The IPv4 address inside an IPv4-mapped, 6to4 or NAT64 address. */
function embedded(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = groupsOf(address);
  const from = (index: number) =>
    [groups[index], groups[index + 1]].flatMap((group = 0) => [group >> 8, group & 255]).join(".");
  const begins = (...head: number[]) => head.every((group, index) => groups[index] === group);
  if (begins(0, 0, 0, 0, 0, 0xffff) || begins(0x64, 0xff9b, 0, 0, 0, 0)) return from(6);
  return begins(0x2002) ? from(1) : undefined;
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error("Not a public address."), { code: "EPRIVATE" });
}
