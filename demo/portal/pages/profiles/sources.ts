// What set a flag, in words for a person.

import type { Source } from "../../../../server/schemas/flags.ts";

/**
 * A source as the end of "Opted out by ..."; one that a newer version wrote is named as it is kept.
 */
export function sourceName(source: string): string {
  return Object.hasOwn(sourceNames, source) ? sourceNames[source as Source] : source;
}

const sourceNames: Readonly<Record<Source, string>> = {
  default: "default",
  form: "a form",
  rule: "a keyword",
  api: "the API",
  portal: "the portal",
  preferences: "their preferences",
  unsubscribe: "an unsubscribe link",
  import: "an import",
  carrier: "their carrier",
  forgotten: "their wish to be forgotten",
};
