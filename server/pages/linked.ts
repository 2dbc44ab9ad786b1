// What the pages of signed links have in common: rows, days, and the end of a link that is no good.

import type { Language } from "../schemas/languages.ts";
import type { LinkPurpose } from "../schemas/links.ts";
import { directionOf } from "../texts/language.ts";
import { textsOf } from "../texts/texts.ts";
import { fillTemplate } from "./template.ts";

/**
 * What every page is told: `alone` where it is no iframe, `settled` where the page around may not
 * choose the language.
 */
export type Around = { template: string; language: Language; alone: boolean; settled: boolean };

/** A section of a template for one row. */
export type Row = { show: string[]; values: Record<string, string> };

/**
 * What is over: a link or a service that does not work, a person who is forgotten, messages to an
 * address.
 */
export type End = "unknown" | "unavailable" | "forgotten" | "stopped";

/** Fills a template whose section `row` stands there once for each of `rows`. */
export function fillRows(
  { template, language, alone, settled }: Around,
  { show, values, rows = [] }: { show: string[]; values: Record<string, string>; rows?: Row[] },
): string {
  const [, row = ""] = /<!-- row -->([\s\S]*?)<!-- \/row -->/.exec(template) ?? [];
  const filled = rows.map((one) => fillTemplate(row, one)).join("");
  const page = fillTemplate(
    template.replace(`<!-- row -->${row}<!-- /row -->`, "<!-- rows: here -->"),
    {
      show,
      values: {
        ...values,
        language,
        direction: directionOf(language),
        unsettled: settled ? "" : language,
        place: alone ? "alone" : "",
      },
    },
  );
  return page.replace("<!-- rows: here -->", () => filled);
}

/** The page of a link that has nothing more to show. */
export function endPage(around: Around, { of, end }: { of: LinkPurpose; end: End }): string {
  const texts = textsOf(around.language, of);
  const done = textsOf(around.language, "unsubscribe");
  const words = {
    unknown: { title: texts.unknownTitle, text: texts.unknownText, kind: "closed" },
    unavailable: { title: texts.title, text: texts.unavailable, kind: "closed" },
    forgotten: { title: texts.forgottenTitle, text: texts.forgotten, kind: "" },
    stopped: { title: done.doneTitle, text: done.doneText, kind: "" },
  }[end];
  return fillRows(around, { show: ["end"], values: words as Record<string, string> });
}

/** A moment as a day in words; the server knows no reader's zone. */
export function dayOf(language: Language, moment: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(
    new Date(moment),
  );
}
