// The name of a person, whichever column it came in.

const whole = ["name", "fullname", "displayname"];
const firsts = ["firstname", "givenname", "forename"];
const lasts = ["lastname", "surname", "familyname"];

/**
 * The name in a profile's properties, empty where there is none: `name`, `Full name` or the like,
 * else a first and a last name, in any case, with spaces, hyphens, underscores or none.
 */
export function nameIn(properties: Record<string, unknown>): string {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(properties)) {
    const column = key.toLowerCase().replace(/[\s_-]/g, "");
    if (typeof value === "string" && value.trim() && !texts.has(column)) {
      texts.set(column, value.trim());
    }
  }
  const [name, first, last] = [whole, firsts, lasts].map((columns) =>
    columns.map((column) => texts.get(column)).find((text) => text !== undefined),
  );
  return name ?? [first, last].filter((part) => part !== undefined).join(" ");
}
