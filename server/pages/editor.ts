// The page of an editor's link: plain forms that need no JavaScript, and all that the element needs
// to take them over.

import type { EditedFlags } from "../schemas/preferences.ts";
import { text } from "../texts/texts.ts";
import { type Around, dayOf, fillRows, type Row } from "./linked.ts";

/**
 * What the page shows; `told` says that something was saved, `wrong` is what went wrong, in words.
 */
export type EditorPage = Around & {
  content: EditedFlags;
  token: string;
  action: string;
  told?: "saved" | undefined;
  wrong?: string | undefined;
};

type EditedFlag = EditedFlags["items"][number];

/** The page as HTML. */
export function editorPage({ content, token, action, told, wrong, ...around }: EditorPage): string {
  const { texts } = content;
  return fillRows(around, {
    show: ["page", ...(told ? ["told"] : []), ...(wrong ? ["wrong"] : [])],
    values: {
      ...texts,
      token,
      content: JSON.stringify(content),
      news: told ?? "",
      told: told ? (texts[told] ?? "") : "",
      wrong: wrong ?? "",
    },
    rows: content.items.map((flag) => toRow(content, { flag, token, action })),
  });
}

function toRow(
  { language, texts }: EditedFlags,
  { flag, token, action }: { flag: EditedFlag; token: string; action: string },
): Row {
  const { channel, optedIn, changeable, why } = flag;
  const words = (name: string) => texts[name] ?? name;
  return {
    show: [...(changeable ? ["change"] : []), ...(why ? ["locked"] : [])],
    values: {
      channel,
      token,
      action,
      name: words(channel),
      kind: optedIn ? "in" : "",
      state: words(optedIn ? "optedIn" : "optedOut"),
      because: because(language, flag),
      locked: why ? text(language, `editor.locked_${why}`) : "",
      change: words(optedIn ? "optOut" : "optIn"),
      what: words(optedIn ? "optOutWhat" : "optInWhat"),
      to: optedIn ? "out" : "in",
      reason: words("reason"),
      reasonHint: words("reasonHint"),
    },
  };
}

/** Why a flag is so: by what, since when, and what exactly is behind it. */
function because(language: EditedFlags["language"], { source, since, actor }: EditedFlag): string {
  const record = `${text(language, `editor.by_${source}`)} ${text(language, "editor.since", { date: dayOf(language, since) })}`;
  if (typeof actor.form === "string") {
    const name = actor.wording ? "editor.formWording" : "editor.form";
    return `${record} · ${text(language, name, { id: actor.form, wording: String(actor.wording) })}`;
  }
  return actor.rule === undefined
    ? record
    : `${record} · ${text(language, "editor.rule", { id: String(actor.rule) })}`;
}
