// <page-home>: the start page: first steps, how many people there are, recent changes.

import "./home.css";
import { Task } from "@lit/task";
import { html } from "lit";
import type { Statistics } from "../../../../server/schemas/statistics.ts";
import { readStatistics } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { zoneHere } from "../../parts/time.ts";
import "../../parts/opt-out-words.ts";
import "../../parts/waiting.ts";
import "./changes-chart.ts";
import "./first-steps.ts";
import { renderLatest } from "./latest.ts";
import { renderChannels, renderNumbers } from "./numbers.ts";

/** @summary The state of the system at a glance. */
export class HomePage extends PortalElement {
  static override properties = { days: { state: true } };

  declare private days: number;

  #statistics = new Task(this, {
    args: () => [this.days] as const,
    task: ([days], { signal }) => readStatistics({ days, zone: zoneHere() }, signal),
  });

  constructor() {
    super();
    this.days = 30;
  }

  override render() {
    return html`
      <div class="head"><h1 tabindex="-1">Home</h1></div>
      <waiting-count in-words></waiting-count>
      <no-opt-out-words></no-opt-out-words>
      <first-steps @data-filled=${this.#reload}></first-steps>
      ${whenLoaded(this.#statistics, (statistics) => this.#renderStatistics(statistics), 8)}`;
  }

  #renderStatistics(statistics: Statistics) {
    return html`
      ${renderNumbers(statistics)}
      <div class="part beside">
        <changes-chart .statistics=${statistics} .days=${this.days}
          @days-chosen=${this.#choose}></changes-chart>
        ${renderChannels(statistics)}
      </div>
      ${renderLatest(statistics.latest)}`;
  }

  #choose(event: CustomEvent<number>) {
    this.days = event.detail;
  }

  #reload() {
    return this.#statistics.run();
  }
}

customElements.define("page-home", HomePage);
