// Properties as rows of a name and a value, which can be added, changed and removed.

import { html, type TemplateResult } from "lit";
import type { Row } from "./profile-draft.ts";

/** The rows; `onChange` gets the new ones. */
export function propertyRows(
  rows: readonly Row[],
  onChange: (rows: Row[]) => void,
): TemplateResult {
  const set = (at: number, over: Partial<Row>) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...over } : row)));
  return html`<fieldset class="property-rows">
    <legend>Properties</legend>
    ${rows.map(
      (row, index) => html`<div class="property-row">
        <wa-input label="Property" maxlength="100" autocomplete="off" .value=${row.name}
          @input=${(event: Event) => set(index, { name: typed(event) })}></wa-input>
        <wa-input label="Value" autocomplete="off" .value=${row.text}
          @input=${(event: Event) => set(index, { text: typed(event) })}></wa-input>
        <wa-button appearance="plain"
          @click=${() => onChange(rows.filter((_, at) => at !== index))}>
          <wa-icon library="system" name="xmark" label="Remove the property ${row.name}"></wa-icon>
        </wa-button>
      </div>`,
    )}
    <div><wa-button size="s" appearance="outlined"
      @click=${() => onChange([...rows, { name: "", text: "" }])}>Add a property</wa-button></div>
  </fieldset>`;
}

function typed(event: Event): string {
  return (event.target as unknown as { value: string | null }).value ?? "";
}
