// The languages that visitors are spoken to in.

import * as v from "valibot";

/** The languages there are texts in, as BCP 47 tags. */
export const language = v.picklist(
  ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "ar", "ja"],
  "One of the languages en, de, fr, es, pt, it, nl, pl, ar and ja.",
);

export type Language = v.InferOutput<typeof language>;
