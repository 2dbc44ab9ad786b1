// What the chart and its table show: one series for each channel or source that had a change.

import type { Source } from "../../../../server/schemas/flags.ts";
import type { Series, Statistics } from "../../../../server/schemas/statistics.ts";
import { channelNames, channels } from "../../channels.ts";

/** What the changes are told apart by. */
export type Grouping = "channels" | "sources";

/** A channel or a source, its changes by day, and the place of its colour among `--series-1` to `--series-10`. */
export type NamedSeries = Series & { name: string; colour: number };

const sourceTitles: Readonly<Record<Source, string>> = {
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
};

/** The series that had a change; the colour of each is always the same one. */
export function seriesOf(statistics: Statistics, grouping: Grouping): NamedSeries[] {
  const all: NamedSeries[] =
    grouping === "channels"
      ? channels.map((channel, index) => ({
          name: channelNames[channel],
          colour: index + 1,
          ...statistics.channels[channel],
        }))
      : (Object.keys(sourceTitles) as Source[]).map((source, index) => ({
          name: sourceTitles[source],
          colour: index + 1,
          ...statistics.sources[source],
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
