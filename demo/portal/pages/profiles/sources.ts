// What set a flag, described for people.

import type { Source } from "../../../../server/schemas/flags.ts";

/**
 * A source as the end of "Opted out by ..."; one that a newer version wrote keeps its stored name.
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
