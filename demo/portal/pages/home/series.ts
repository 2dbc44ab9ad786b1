// What the chart and its table show: one series for each channel or source that had a change.

import type { Source } from "../../../../server/schemas/flags.ts";
import type { Series, Statistics } from "../../../../server/schemas/statistics.ts";
import { channelNames } from "../../channels.ts";

/** How the changes are grouped. */
export type Grouping = "channels" | "sources";

/**
 * A channel or a source, its changes by day, and the number of its colour among `--series-1` to
 * `--series-11`.
 */
export type NamedSeries = Series & { name: string; colour: number };

const sourceTitles: Readonly<Record<Source | "other", string>> = {
  form: "Form",
  rule: "Keyword",
  api: "API",
  portal: "Portal",
  preferences: "Preferences page",
  unsubscribe: "Unsubscribe link",
  import: "Import",
  carrier: "Carrier",
  default: "Default",
  forgotten: "Erasure",
  other: "Other",
};

/** The series that had a change; each always has the same colour. */
export function seriesOf(statistics: Statistics, grouping: Grouping): NamedSeries[] {
  const titles: Readonly<Record<string, string>> =
    grouping === "channels" ? { ...channelNames, other: "Other" } : sourceTitles;
  const series: Readonly<Record<string, Series>> = statistics[grouping];
  const all: NamedSeries[] = Object.entries(titles).map(([key, name], index) => ({
    name,
    colour: key === "other" ? 11 : index + 1,
    ...(series[key] as Series),
  }));
  return all.filter(({ optIns, optOuts }) => total(optIns) + total(optOuts) > 0);
}

/** The sum of some numbers. */
export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A day such as 2026-11-23, in the reader's words. */
export function dayName(day: string): string {
  return dayFormat.format(new Date(`${day}T00:00:00Z`));
}

const dayFormat = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
