// <changes-chart>: opt-ins and opt-outs by day, as bars and as a table.

import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import { html, nothing, type PropertyValues } from "lit";
import type { Statistics } from "../../../../server/schemas/statistics.ts";
import { PortalElement } from "../../parts/element.ts";
import type { Drawing } from "./draw.ts";
import { dayName, type Grouping, type NamedSeries, seriesOf, total } from "./series.ts";

const ranges = [7, 30, 90] as const;

/**
 * @summary Bars above the line are opt-ins, bars below it opt-outs; told apart by channel or by
 *   source.
 *
 * @fires days-chosen - How many days are wanted (`detail`).
 */
export class ChangesChart extends PortalElement {
  static override properties = {
    statistics: { attribute: false },
    days: { type: Number },
    grouping: { state: true },
    failed: { state: true },
  };

  declare statistics: Statistics;
  /** How many days are shown, or on their way. */
  declare days: number;
  declare private grouping: Grouping;
  declare private failed: boolean;

  #drawing: Promise<Drawing> | undefined;
  #scheme = new MutationObserver(() => this.#draw());

  constructor() {
    super();
    this.grouping = "channels";
    this.failed = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#scheme.observe(document.documentElement, { attributeFilter: ["class"] });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#scheme.disconnect();
    this.#drawing?.then((drawing) => drawing.end()).catch(() => {});
    this.#drawing = undefined;
  }

  protected override updated(changed: PropertyValues) {
    if (changed.has("statistics") || changed.has("grouping")) this.#draw();
  }

  override render() {
    const series = seriesOf(this.statistics, this.grouping);
    const optIns = total(series.flatMap((one) => one.optIns));
    const optOuts = total(series.flatMap((one) => one.optOuts));
    const summary = `${optIns.toLocaleString()} opt-ins and ${optOuts.toLocaleString()} opt-outs in ${this.statistics.days.length} days`;
    return html`<section class="card padded chart" aria-labelledby="changes">
      <div class="chart-head">
        <div>
          <h2 id="changes">Opt-ins and opt-outs</h2>
          <p class="quiet" role="status">${summary}</p>
        </div>
        <div class="actions">
          <wa-radio-group class="range" size="s" orientation="horizontal" .value=${this.grouping}
            @change=${this.#group}>
            <span slot="label" class="hidden">Group by</span>
            <wa-radio appearance="button" value="channels">Channel</wa-radio>
            <wa-radio appearance="button" value="sources">Source</wa-radio>
          </wa-radio-group>
          <wa-radio-group class="range" size="s" orientation="horizontal"
            .value=${String(this.days)} @change=${this.#choose}>
            <span slot="label" class="hidden">How many days</span>
            ${ranges.map(
              (days) =>
                html`<wa-radio appearance="button" value=${String(days)}>${days} days</wa-radio>`,
            )}
          </wa-radio-group>
        </div>
      </div>
      <div class="canvas ${series.length === 0 ? "bare" : ""}">
        <canvas role="img" aria-label="${summary}, as bars for each day. The table below has the numbers."></canvas>
        ${
          series.length === 0
            ? html`<p class="quiet nothing">No flag changed in this period.</p>`
            : nothing
        }
      </div>
      <ul class="legend small" aria-label="Colours">
        ${series.map(
          ({ name, colour }) =>
            html`<li><span class="dot"
              style="background: var(--series-${colour})"></span>${name}</li>`,
        )}
        ${
          series.length > 0
            ? html`<li class="quiet">Above the line: opted in. Below: opted out.</li>`
            : nothing
        }
      </ul>
      ${
        this.failed
          ? html`<p class="quiet small" role="alert">The chart could not be loaded; the table has
            the same numbers.</p>`
          : nothing
      }
      ${series.length > 0 ? this.#renderTable(series) : nothing}
    </section>`;
  }

  #renderTable(series: readonly NamedSeries[]) {
    const { days } = this.statistics;
    const rows = days
      .map((day, index) => ({ day, index }))
      .filter(({ index }) => series.some(({ optIns, optOuts }) => optIns[index] || optOuts[index]))
      .reverse();
    return html`<details class="numbers-table">
      <summary>Show as a table</summary>
      <div class="scrolled" tabindex="0" role="region" aria-label="Opt-ins and opt-outs by day">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Day</th>
              ${series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ day, index }) => html`<tr>
                <th scope="row">${dayName(day)}</th>
                ${series.map(
                  ({ optIns, optOuts }) =>
                    html`<td class="number">${changeText(optIns[index], optOuts[index])}</td>`,
                )}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  async #draw() {
    const canvas = this.querySelector("canvas");
    if (!canvas || !this.isConnected) return;
    try {
      // The library is loaded only if there is something to draw, separately from the page.
      this.#drawing ??= import("./draw.ts").then(({ startDrawing }) => startDrawing(canvas));
      const drawing = await this.#drawing;
      drawing.show(this.statistics.days, seriesOf(this.statistics, this.grouping));
      this.failed = false;
    } catch {
      this.#drawing = undefined;
      this.failed = true;
    }
  }

  #group(event: Event) {
    this.grouping = (event.target as unknown as { value: Grouping }).value;
  }

  #choose(event: Event) {
    const detail = Number((event.target as unknown as { value: string }).value);
    this.dispatchEvent(new CustomEvent("days-chosen", { detail }));
  }
}

function changeText(optIns = 0, optOuts = 0): string {
  if (optIns === 0 && optOuts === 0) return "–";
  return [
    optIns > 0 ? `+${optIns.toLocaleString()}` : "",
    optOuts > 0 ? `−${optOuts.toLocaleString()}` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

customElements.define("changes-chart", ChangesChart);

declare global {
  interface HTMLElementTagNameMap {
    "changes-chart": ChangesChart;
  }
}
