// <form-preview>: the real widget with the content of a draft, in the visitors' language.

import "../../../../widgets/opt-in-form/define.ts";
import { Task } from "@lit/task";
import { html } from "lit";
import type { FormBody } from "../../../../server/schemas/forms.ts";
import { PortalElement } from "../../parts/element.ts";
import { type FormTexts, formTexts, previewOf } from "./draft.ts";

/** @summary A form as people will see it. */
export class FormPreview extends PortalElement {
  static override properties = { draft: { attribute: false } };

  declare draft: FormBody;

  #texts = new Task(this, {
    task: ([language]) => formTexts(language),
    args: () => [this.draft.language ?? "en"] as const,
  });
  #lastTexts: FormTexts = {};

  override render() {
    // Until another language is loaded, the form keeps the previous one.
    this.#lastTexts = this.#texts.value ?? this.#lastTexts;
    return html`<opt-in-form inert
      .content=${previewOf(this.draft, this.#lastTexts)}></opt-in-form>`;
  }
}

customElements.define("form-preview", FormPreview);

declare global {
  interface HTMLElementTagNameMap {
    "form-preview": FormPreview;
  }
}
