// The pieces of a form.

import { html, nothing } from "lit";

/** What differs between fields: label, hint, `type`, `inputmode`, `autocomplete`. */
export type FieldOf = [
  label: string | undefined,
  hint: string | undefined,
  type: string,
  inputmode: string,
  autocomplete: string,
];

/** A field with its label, its error and its hint. */
export function renderField(
  name: string,
  value: string,
  problem: string | undefined,
  readonly: boolean,
  ...[label, hint, type, inputmode, autocomplete]: FieldOf
) {
  return html`<div class="field">
      <label part="label" for=${name}>${label}</label>
      <input part="input" id=${name} name=${name} required dir="ltr"
        type=${type} inputmode=${inputmode} autocomplete=${autocomplete}
        maxlength="320" .value=${value} ?readonly=${readonly}
        aria-invalid=${!!problem}
        aria-describedby=${problem ? (hint ? "error hint" : "error") : hint ? "hint" : nothing}>
      ${problem ? html`<p class="error" part="error" id="error">${problem}</p>` : nothing}
      ${hint ? html`<p class="hint" part="hint" id="hint">${hint}</p>` : nothing}
    </div>`;
}

/** The text that replaces the form, and the way `back` to it. */
export function renderMessage(kind: string, text: string | undefined, back?: unknown) {
  return html`<div class="card" part="card">
    <p class=${kind} part="message" role="status" tabindex="-1" dir="auto">${text}</p>
    ${back}
  </div>`;
}
