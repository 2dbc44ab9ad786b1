// <import-columns>: each column of a file, its first values, and its meaning.

import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { html } from "lit";
import { PortalElement } from "../../../parts/element.ts";
import { type Column, type Meaning, meanings } from "./mapping.ts";

/**
 * @summary A choice of a meaning for each column.
 *
 * @fires columns-changed - Another meaning was chosen; `detail` has all columns.
 */
export class ImportColumns extends PortalElement {
  static override properties = { columns: { attribute: false }, lines: { attribute: false } };

  /** The columns with their meanings. */
  declare columns: Column[];
  /** The first lines of the file. */
  declare lines: string[][];

  override render() {
    return html`<ul class="rows columns">${this.columns.map((column, index) =>
      this.#renderColumn(column, index),
    )}</ul>`;
  }

  #renderColumn({ name, meaning }: Column, index: number) {
    const values = [...new Set(this.lines.map((cells) => cells[index]?.trim()).filter(Boolean))];
    return html`<li>
      <wa-select label=${name || `Column ${index + 1}`} value=${meaning} .value=${meaning}
        @change=${(event: Event) => this.#choose(event, index)}>
        ${meanings.map((one) => html`<wa-option value=${one.meaning}>${one.name}</wa-option>`)}
      </wa-select>
      <p class="quiet cells">${values.slice(0, 3).join(" · ") || "Nothing in the first lines"}</p>
    </li>`;
  }

  #choose(event: Event, index: number) {
    const meaning = (event.target as unknown as { value: Meaning }).value;
    const columns = this.columns.map((column, at) =>
      at === index ? { ...column, meaning } : column,
    );
    this.dispatchEvent(new CustomEvent("columns-changed", { detail: columns }));
  }
}

customElements.define("import-columns", ImportColumns);

declare global {
  interface HTMLElementTagNameMap {
    "import-columns": ImportColumns;
  }
}
