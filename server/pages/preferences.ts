// The page of a person's own link: a plain form that needs no JavaScript, and all that the element
// needs to take it over.

import type { Channel } from "../schemas/channels.ts";
import type { Preference, Preferences } from "../schemas/preferences.ts";
import { type TextName, text } from "../texts/texts.ts";
import { type Around, dayOf, fillRows, type Row } from "./linked.ts";

/**
 * What the page shows; `told` names the text that says what was saved, `wrong` is what went wrong,
 * in words.
 */
export type PreferencesPage = Around & {
  content: Preferences;
  token: string;
  action: string;
  told?: "saved" | "allOff" | undefined;
  wrong?: string | undefined;
};

/** The page as HTML. */
export function preferencesPage({
  content,
  token,
  action,
  told,
  wrong,
  ...around
}: PreferencesPage): string {
  const { items, limited, texts } = content;
  const channels = items.map(({ channel }) => channel);
  const on = items.filter(({ optedIn }) => optedIn).map(({ channel }) => channel);
  return fillRows(around, {
    show: [
      "page",
      ...(items.length > 0 ? ["some"] : []),
      ...(limited ? [] : ["data"]),
      ...(told ? ["told"] : []),
      ...(wrong ? ["wrong"] : []),
    ],
    values: {
      ...texts,
      intro: (items.length > 0 ? texts.intro : texts.none) ?? "",
      token,
      action,
      content: JSON.stringify(content),
      news: told ?? "savedAtOnce",
      told: told ? (texts[told] ?? "") : "",
      wrong: wrong ?? "",
      shown: channels.join(","),
      was: on.join(","),
    },
    rows: items.map((item) => toRow(content, item)),
  });
}

/** The page of a link whose person has no profile any more: it stops messages, and shows nobody. */
export function stopPage({
  channels,
  token,
  action,
  ...around
}: Around & { channels: readonly Channel[]; token: string; action: string }): string {
  const values = {
    token,
    action,
    shown: channels.join(","),
    title: text(around.language, "preferences.title"),
    text: text(around.language, "unsubscribe.askText"),
    optOutOfAll: text(around.language, "preferences.optOutOfAll"),
  };
  return fillRows(around, { show: ["stop"], values });
}

function toRow(
  { language, texts }: Preferences,
  { channel, address, optedIn, since, source, changeable, why }: Preference,
): Row {
  const state = text(language, `preferences.${optedIn ? "on" : "off"}`, {
    date: dayOf(language, since),
  });
  return {
    show: [optedIn ? "on" : changeable ? "off" : "locked"],
    values: {
      channel,
      // People do not know their own id.
      address: channel === "appMessaging" ? "" : address,
      name: texts[channel] ?? channel,
      means: text(
        language,
        `preferences.${why ? `locked_${why}` : `means_${channel}`}` as TextName,
      ),
      recorded: `${state} · ${text(language, `preferences.by_${source}`)}`,
    },
  };
}
