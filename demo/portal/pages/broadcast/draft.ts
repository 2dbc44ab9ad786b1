// The draft of a broadcast. It survives a reload and a visit to another page, in this tab only.

import type { Audience, NewBroadcast } from "../../../../server/schemas/broadcasts.ts";
import type { Channel } from "../../../../server/schemas/channels.ts";

/** What the fields hold. */
export type Draft = {
  /** Makes a repeated call the same broadcast. */
  key: string;
  name: string;
  channel: Channel;
  title: string;
  body: string;
  /** Messages a second; empty for as fast as possible. */
  rate: string;
  kind: "everyone" | "property" | "list" | "file";
  property: string;
  equals: string;
  valueIs: "text" | "number" | "boolean";
  list: string;
  /** How a list or a file identifies people. */
  listOf: "addresses" | "profileIds";
};

const place = "broadcast-draft";

/** The draft of this tab, or a new one. */
export function keptDraft(): Draft {
  try {
    return { ...newDraft(), ...JSON.parse(sessionStorage.getItem(place) ?? "{}") };
  } catch {
    return newDraft();
  }
}

/** Stores a draft, if there is room for it. */
export function keepDraft(draft: Draft): void {
  try {
    sessionStorage.setItem(place, JSON.stringify(draft));
  } catch {
    sessionStorage.removeItem(place);
  }
}

/** Forgets the draft once it is sent or discarded. */
export function forgetDraft(): void {
  sessionStorage.removeItem(place);
}

/** The audience of a draft; undefined until it is chosen. `entries` are those of its file. */
export function audienceOf(draft: Draft, entries: readonly string[] = []): Audience | undefined {
  const { kind, property, listOf } = draft;
  if (kind === "everyone") return { everyone: true };
  if (kind === "property") {
    const equals = wantedValue(draft);
    return property.trim() === "" || equals === undefined
      ? undefined
      : { property: property.trim(), equals };
  }
  const named = kind === "file" ? [...entries] : entriesOf(draft.list);
  if (named.length === 0) return undefined;
  return listOf === "addresses" ? { addresses: named } : { profileIds: named };
}

/** The body of the request that sends a draft. */
export function bodyOf(draft: Draft, audience: Audience): NewBroadcast {
  const { name, channel, title, body, rate } = draft;
  return {
    name,
    channel,
    body,
    audience,
    ...(channel === "email" && title.trim() !== "" ? { title } : {}),
    ...(rate.trim() === "" ? {} : { rate: Number(rate) }),
  };
}

function newDraft(): Draft {
  return {
    key: [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join("."),
    name: "",
    channel: "sms",
    title: "",
    body: "",
    rate: "",
    kind: "everyone",
    property: "",
    equals: "",
    valueIs: "text",
    list: "",
    listOf: "addresses",
  };
}

function wantedValue({ equals, valueIs }: Draft): unknown {
  if (valueIs === "text") return equals === "" ? undefined : equals;
  if (valueIs === "boolean") return equals !== "no";
  const number = Number(equals);
  return equals.trim() === "" || !Number.isFinite(number) ? undefined : number;
}

function entriesOf(list: string): string[] {
  return list
    .split(/[\n,;]/)
    .map((entry) => entry.trim())
    .filter(Boolean);
}
