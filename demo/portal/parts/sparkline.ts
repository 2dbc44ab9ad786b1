// A small chart of numbers by day, which a screen reader hears in words.

import { html, svg, type TemplateResult } from "lit";

const step = 4;
const height = 24;

/** One bar for each number, the last one today; `label` says the same in words. */
export function sparkline(numbers: readonly number[], label: string): TemplateResult {
  const most = Math.max(1, ...numbers);
  return html`<svg class="sparkline" role="img" aria-label=${label} width=${numbers.length * step}
    height=${height}
    viewBox="0 0 ${numbers.length * step} ${height}">
    ${numbers.map((number, index) => {
      // A day with none still shows a trace.
      const tall = number === 0 ? 1 : Math.max(3, Math.round((number / most) * height));
      return svg`<rect class=${number === 0 ? "none" : "some"} x=${index * step} y=${height - tall}
        width="3" height=${tall} rx="1"></rect>`;
    })}
  </svg>`;
}

/** The chart in words: how many in all, and the day with the most. */
export function sparklineLabel(
  numbers: readonly number[],
  days: readonly string[],
  noun: string,
): string {
  const all = numbers.reduce((sum, number) => sum + number, 0);
  const span = `in the last ${days.length} days`;
  if (all === 0) return `No ${noun} ${span}`;
  const best = days[numbers.indexOf(Math.max(...numbers))];
  return `${all.toLocaleString()} ${noun} ${span}, most on ${day.format(new Date(`${best}T00:00:00Z`))}`;
}

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", timeZone: "UTC" });
