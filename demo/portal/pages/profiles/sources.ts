// What set a flag, in words for a person.

import type { Source } from "../../../../server/schemas/flags.ts";

/** Each source as the end of "Opted out by ...". */
export const sourceNames: Readonly<Record<Source, string>> = {
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
