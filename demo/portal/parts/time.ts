// Times in the reader's own zone and words, with the exact one on hover.

import { html, type TemplateResult } from "lit";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const minute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const units = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
] as const;

/** The browser's own time zone; some browsers do not reveal theirs. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** How long ago, up to a week; then the day. */
export function time(moment: string): TemplateResult {
  const date = new Date(moment);
  return html`<time datetime=${moment} title=${exact.format(date)}>${words(date)}</time>`;
}

/** The day and the minute, for something in the future. */
export function dateAndTime(moment: string): TemplateResult {
  const date = new Date(moment);
  return html`<time datetime=${moment} title=${exact.format(date)}>${minute.format(date)}</time>`;
}

function words(date: Date): string {
  const ago = (Date.now() - date.getTime()) / 1000;
  if (ago > 7 * 86_400) return day.format(date);
  const fitting = units.find(({ seconds }) => ago >= seconds);
  return fitting ? relative.format(-Math.floor(ago / fitting.seconds), fitting.unit) : "just now";
}
