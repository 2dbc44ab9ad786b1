// <column-table>: each column of a file, how it begins, and what it is about.

import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { html } from "lit";
import { PortalElement } from "../../../parts/element.ts";
import { type Column, type Meaning, meanings } from "./mapping.ts";

/**
 * @summary A choice of a meaning for each column.
 *
 * @fires columns-changed - Another meaning was chosen; `detail` are all columns.
 */
export class ColumnTable extends PortalElement {
  static override properties = { columns: { attribute: false }, lines: { attribute: false } };

  /** The columns with their meanings. */
  declare columns: Column[];
  /** The first lines of the file. */
  declare lines: string[][];

  override render() {
    return html`<table class="columns">
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Begins with</th>
          <th scope="col">Is</th>
        </tr>
      </thead>
      <tbody>
        ${this.columns.map((column, index) => this.#renderColumn(column, index))}
      </tbody>
    </table>`;
  }

  #renderColumn({ name, meaning }: Column, index: number) {
    const label = name || `Column ${index + 1}`;
    const values = this.lines.map((cells) => cells[index]?.trim()).filter(Boolean);
    return html`<tr>
      <th scope="row" class="keyword">${label}</th>
      <td data-label="Begins with"><span class="quiet cells">${values.slice(0, 3).join(" · ") || "–"}</span></td>
      <td class="is">
        <wa-select size="s" value=${meaning} .value=${meaning} @change=${(event: Event) => this.#choose(event, index)}>
          <span slot="label" class="hidden">What ${label} is</span>
          ${meanings.map((one) => html`<wa-option value=${one.meaning}>${one.name}</wa-option>`)}
        </wa-select>
      </td>
    </tr>`;
  }

  #choose(event: Event, index: number) {
    const meaning = (event.target as unknown as { value: Meaning }).value;
    const columns = this.columns.map((column, at) => (at === index ? { ...column, meaning } : column));
    this.dispatchEvent(new CustomEvent("columns-changed", { detail: columns }));
  }
}

customElements.define("column-table", ColumnTable);

declare global {
  interface HTMLElementTagNameMap {
    "column-table": ColumnTable;
  }
}
