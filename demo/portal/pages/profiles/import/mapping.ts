// What the columns of a file mean, guessed from their names, and what a line says about a person.

import type { Channel } from "../../../../../server/schemas/channels.ts";
import type { ImportRow } from "../../../../../server/schemas/imports.ts";
import { channelNames, channels } from "../../../channels.ts";

/** What a column is about; `property` takes the column's own name, `ignore` is left out. */
export type Meaning =
  | "ignore"
  | "id"
  | "phoneNumber"
  | "email"
  | "fbMessengerId"
  | "property"
  | `optIn.${Channel}`
  | "evidence.text"
  | "evidence.collectedAt"
  | "evidence.url";

/** Every meaning, described for people, in the order in which it is offered. */
export const meanings: readonly { meaning: Meaning; name: string }[] = [
  { meaning: "ignore", name: "Leave out" },
  { meaning: "id", name: "Profile id" },
  { meaning: "phoneNumber", name: "Phone number" },
  { meaning: "email", name: "Email address" },
  { meaning: "fbMessengerId", name: "Messenger id" },
  { meaning: "property", name: "Property" },
  ...channels.map((channel) => ({
    meaning: `optIn.${channel}` as const,
    name: `Opt-in: ${channelNames[channel]}`,
  })),
  { meaning: "evidence.text", name: "Proof: what was agreed to" },
  { meaning: "evidence.collectedAt", name: "Proof: when" },
  { meaning: "evidence.url", name: "Proof: web page" },
];

/** A column of the file: its name, and what it is about. */
export type Column = { name: string; meaning: Meaning };

/**
 * The columns of a file, each with the meaning that its name suggests. At most one column has each
 * kind of address.
 */
export function guessColumns(names: readonly string[]): Column[] {
  const taken = new Set<Meaning>();
  return names.map((name) => {
    const guessed = guess(name.trim());
    const meaning = guessed !== "property" && taken.has(guessed) ? "property" : guessed;
    if (meaning !== "ignore") taken.add(meaning);
    return { name: name.trim(), meaning };
  });
}

/** What is wrong with the chosen meanings, or undefined. */
export function faultOf(columns: readonly Column[]): string | undefined {
  const twice = meanings.find(
    ({ meaning }) =>
      meaning !== "ignore" &&
      meaning !== "property" &&
      columns.filter((column) => column.meaning === meaning).length > 1,
  );
  if (twice) return `Two columns are “${twice.name}”. Leave one of them out.`;
  const named = columns.some(({ meaning }) =>
    ["id", "phoneNumber", "email", "fbMessengerId"].includes(meaning),
  );
  return named
    ? undefined
    : "Choose the column with the phone number, the email address or the id.";
}

/** A line as a row of the import. Throws an error that a person can read. */
export function toRow(columns: readonly Column[], cells: readonly string[]): ImportRow {
  const row: ImportRow = {};
  for (const [index, { name, meaning }] of columns.entries()) {
    const value = clean(cells[index] ?? "");
    if (value === "" || meaning === "ignore") continue;
    if (meaning === "property") {
      row.properties = { ...row.properties, [name.replace(/^properties\./, "")]: value };
    } else if (meaning.startsWith("optIn.")) {
      const channel = meaning.slice("optIn.".length) as Channel;
      const optedIn = answerOf(value, name);
      // In an exported file, an opt-out that only a default set is nobody's wish.
      const source = columns.findIndex((other) => other.name === `${name}.source`);
      if (optedIn || cells[source] !== "default") row.optIn = { ...row.optIn, [channel]: optedIn };
    } else if (meaning.startsWith("evidence.")) {
      const part = meaning.slice("evidence.".length);
      row.evidence = {
        ...row.evidence,
        [part]: part === "collectedAt" ? momentOf(value, name) : value,
      };
    } else {
      row[meaning as "id" | "phoneNumber" | "email" | "fbMessengerId"] = value;
    }
  }
  return row;
}

function guess(name: string): Meaning {
  if (/^optIn\.\w+\.(source|since)$/.test(name) || name === "properties") return "ignore";
  if (name.startsWith("properties.")) return "property";
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const consent = /optin|optedin|consent|subscri|permission|marketing|newsletter|agree/.test(plain);
  if (
    consent &&
    /date|time|when|^.*(at|on)$/.test(plain) &&
    !/optin$/.test(plain) &&
    !channelIn(plain)
  )
    return "evidence.collectedAt";
  if (consent && /url|page|link/.test(plain)) return "evidence.url";
  if (consent && /text|wording|statement/.test(plain)) return "evidence.text";
  const channel = consent ? channelIn(plain) : undefined;
  if (channel) return `optIn.${channel}`;
  if (/^evidencetext$/.test(plain)) return "evidence.text";
  if (/^(evidence)?collectedat$/.test(plain)) return "evidence.collectedAt";
  if (/^(evidence)?url$/.test(plain)) return "evidence.url";
  if (/^(profile|customer|contact|client|user|person|external|member|crm)?id$/.test(plain))
    return "id";
  if (
    /phone|mobile|cellular|telefon|telephone|msisdn|handy/.test(plain) ||
    /^(tel|cell)\d?$/.test(plain)
  )
    return "phoneNumber";
  if (/^(messenger|fbmessenger|psid)(id)?$/.test(plain)) return "fbMessengerId";
  if (
    /^(e|work|home|private|primary)?mail(address|adress|adresse)?\d?$/.test(plain) ||
    /emailaddress|^email/.test(plain)
  )
    return "email";
  return "property";
}

function channelIn(plain: string): Channel | undefined {
  if (/whatsapp/.test(plain)) return "whatsApp";
  if (/appmessaging|inapp|push/.test(plain)) return "appMessaging";
  if (/messenger/.test(plain)) return "fbMessenger";
  if (/rcs/.test(plain)) return "rcs";
  if (/mail|newsletter/.test(plain)) return "email";
  return /sms|text/.test(plain) ? "sms" : undefined;
}

/** Removes the apostrophe that keeps a spreadsheet from reading text as a formula. */
function clean(cell: string): string {
  return cell.trim().replace(/^'(?=[=+\-@\t\r＝＋－＠])/, "");
}

const yes = new Set([
  "true",
  "yes",
  "y",
  "1",
  "x",
  "in",
  "optin",
  "optedin",
  "subscribed",
  "ja",
  "oui",
  "si",
  "sí",
  "sim",
  "tak",
]);
const no = new Set([
  "false",
  "no",
  "n",
  "0",
  "out",
  "optout",
  "optedout",
  "unsubscribed",
  "nein",
  "non",
  "não",
  "nie",
]);

function answerOf(value: string, name: string): boolean {
  const word = value.toLowerCase().replace(/[\s_-]/g, "");
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  throw new Error(`“${value.slice(0, 40)}” in ${name} is neither yes nor no.`);
}

/** Dates such as 01/02/2026 are ambiguous and are not guessed. */
function momentOf(value: string, name: string): string {
  const written = /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?)?$/.test(
    value,
  );
  const date = new Date(
    value.length === 10 || /Z|[+-]\d\d:?\d\d$/.test(value.slice(10)) ? value : `${value}Z`,
  );
  if (written && !Number.isNaN(date.getTime())) return date.toISOString();
  throw new Error(`“${value.slice(0, 40)}” in ${name} is no date such as 2026-11-23.`);
}
