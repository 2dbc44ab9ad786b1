// The draft of a profile: its addresses, its properties as rows, its first flags.

import type { OptIn } from "../../../../server/schemas/flags.ts";
import type { NewProfile, Profile, ProfilePatch } from "../../../../server/schemas/profiles.ts";

/** A property; `was` is its stored value, which it keeps unless its text is changed. */
export type Row = { name: string; text: string; was?: unknown };

/** The names of the address fields. */
export const addressFields = ["phoneNumber", "email", "fbMessengerId"] as const;

/** The properties of a profile as rows. */
export function rowsOf(properties: Record<string, unknown>): Row[] {
  return Object.entries(properties).map(([name, was]) => ({ name, text: textOf(was), was }));
}

/** A property's value as text. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The body that creates a profile. */
export function newProfileOf(
  values: Record<string, string>,
  { rows, optIn }: { rows: readonly Row[]; optIn: OptIn },
): Partial<NewProfile> {
  const given = ["id", ...addressFields, "reason"].flatMap((name) =>
    values[name]?.trim() ? [[name, values[name].trim()]] : [],
  );
  return { ...Object.fromEntries(given), properties: propertiesOf(rows), optIn };
}

/** The merge patch with which a profile matches the fields; unchanged fields are left out. */
export function patchOf(
  profile: Profile,
  { values, rows }: { values: Record<string, string>; rows: readonly Row[] },
): Partial<ProfilePatch> {
  const addresses = addressFields.flatMap((name) => {
    const wanted = values[name]?.trim() || null;
    return wanted === profile[name] ? [] : [[name, wanted]];
  });
  const wanted = propertiesOf(rows);
  const removed = Object.keys(profile.properties).filter((name) => !Object.hasOwn(wanted, name));
  const changed = Object.entries(wanted).filter(
    ([name, value]) => value !== profile.properties[name],
  );
  const properties = [...removed.map((name) => [name, null]), ...changed];
  return {
    ...Object.fromEntries(addresses),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
  };
}

/**
 * A number, true, false, null or JSON keeps its type, if its new text is one; anything new is text.
 */
function propertiesOf(rows: readonly Row[]): Record<string, unknown> {
  return Object.fromEntries(
    rows.filter(({ name }) => name.trim() !== "").map((row) => [row.name.trim(), valueOfRow(row)]),
  );
}

function valueOfRow({ text, was }: Row): unknown {
  if (was === undefined || typeof was === "string") return text;
  if (text === textOf(was)) return was;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
