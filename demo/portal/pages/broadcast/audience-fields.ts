// The fields that say whom a broadcast is for.

import { html, nothing, type TemplateResult } from "lit";
import type { Draft } from "./draft.ts";
import type { ListFile } from "./list-file.ts";
import type { KnownProperties } from "./merge-fields.ts";

type Audience = {
  draft: Draft;
  known: KnownProperties;
  file: ListFile | undefined;
  /** What is wrong with the file. */
  trouble: string | undefined;
  onFile(event: Event): void;
  onColumn(event: Event): void;
  /** One of the known properties was chosen. */
  onProperty(name: string): void;
};

/** Everyone, a property, a list, or a file. */
export function audienceFields(audience: Audience): TemplateResult {
  const { draft } = audience;
  return html`<wa-radio-group name="kind" label="Who should get it" orientation="vertical"
    .value=${draft.kind}>
      <wa-radio value="everyone">Everyone</wa-radio>
      <wa-radio value="property">People with a property</wa-radio>
      <wa-radio value="list">A pasted list</wa-radio>
      <wa-radio value="file">A CSV file</wa-radio>
    </wa-radio-group>
    ${draft.kind === "property" ? propertyFields(audience) : nothing}
    ${
      draft.kind === "list"
        ? html`${listOfField(draft)}
            <wa-textarea name="list" label="List" rows="6" .value=${draft.list}
              spellcheck="false" autocomplete="off"
              hint=${draft.listOf === "addresses" ? "One per line, phone numbers with their country code, such as +44 7700 900123." : "One per line."}></wa-textarea>`
        : nothing
    }
    ${draft.kind === "file" ? fileFields(audience) : nothing}`;
}

function propertyFields({ draft, known, onProperty }: Audience) {
  const names = [...known.keys()].sort().slice(0, 12);
  return html`<div class="pair">
      <wa-input name="property" label="Property" maxlength="100" autocomplete="off"
        .value=${draft.property}></wa-input>
      <wa-select name="valueIs" label="Its value is" .value=${draft.valueIs}>
        <wa-option value="text">Text</wa-option>
        <wa-option value="number">A number</wa-option>
        <wa-option value="boolean">Yes or no</wa-option>
      </wa-select>
      ${
        draft.valueIs === "boolean"
          ? html`<wa-select name="equals" label="Equals"
            .value=${draft.equals === "no" ? "no" : "yes"}>
              <wa-option value="yes">Yes</wa-option>
              <wa-option value="no">No</wa-option>
            </wa-select>`
          : html`<wa-input name="equals" label="Equals" autocomplete="off"
            .value=${draft.equals}></wa-input>`
      }
    </div>
    ${
      names.length === 0
        ? nothing
        : html`<div class="merge" role="group" aria-label="Properties that your profiles have">
            ${names.map(
              (name) =>
                html`<wa-button size="xs" appearance="outlined"
                  @click=${() => onProperty(name)}><bdi class="keyword">${name}</bdi></wa-button>`,
            )}
          </div>`
    }`;
}

function fileFields({ draft, file, trouble, onFile, onColumn }: Audience) {
  return html`<div class="file-field">
      <label for="audience-file">CSV file</label>
      <input id="audience-file" type="file" accept=".csv,.txt,text/csv,text/plain"
        aria-describedby="audience-file-hint" @change=${onFile}>
      <p id="audience-file-hint" class="quiet small">Its first line names the columns. It is read in
        your browser; only the column that you choose is sent.</p>
      ${trouble ? html`<p class="conflict small" role="alert">${trouble}</p>` : nothing}
    </div>
    ${
      file
        ? html`<div class="pair">
            <wa-select label="Column" .value=${String(file.columns.indexOf(file.column))}
              @change=${onColumn}>
              ${file.columns.map(
                (name, index) =>
                  html`<wa-option value=${index}>${name || `Column ${index + 1}`}</wa-option>`,
              )}
            </wa-select>
            ${listOfField(draft)}
          </div>`
        : nothing
    }`;
}

function listOfField({ listOf }: Draft) {
  return html`<wa-select name="listOf" label="It holds" .value=${listOf}>
    <wa-option value="addresses">Phone numbers, email addresses</wa-option>
    <wa-option value="profileIds">Profile ids</wa-option>
  </wa-select>`;
}
