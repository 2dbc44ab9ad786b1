// <form-editor>: the fields of a form, next to the real widget as people will see it.

import "./form-preview.ts";
import { html, nothing } from "lit";
import type { FormBody } from "../../../../server/schemas/forms.ts";
import { PortalElement } from "../../parts/element.ts";
import {
  type Complaints,
  complaintsOf,
  focusWrong,
  noComplaints,
  valuesOf,
} from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { newDraft, withValues } from "./draft.ts";
import { riskOf } from "./form-countries.ts";
import { fields, kindFields, wordFields } from "./form-fields.ts";
import { addStep, keepHere, keptHere, type Step } from "./steps.ts";

/** @summary Edits a form: a new one in two steps, an existing one in one. */
export class FormEditor extends PortalElement {
  static override properties = {
    form: { attribute: false },
    save: { attribute: false },
    draft: { state: true },
    step: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  /** The form to change; undefined for a new one. */
  declare form: FormBody | undefined;
  /** Keeps what was written; what it throws is shown. */
  declare save: (body: FormBody) => Promise<void>;
  declare private draft: FormBody;
  declare private step: Step;
  declare private wrong: Complaints;
  declare private busy: boolean;

  /** Whether the confirmation message is still the one that came with the channel. */
  #ownWords = false;

  /** The timer that stores the draft. */
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.draft = newDraft("sms");
    this.step = "what";
    this.wrong = noComplaints;
    this.busy = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    if (!this.form) return this.#goOn();
    this.draft = this.form;
    this.step = "words";
    this.#ownWords = true;
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("popstate", this.#turn);
    clearTimeout(this.#soon);
  }

  override render() {
    if (this.step === "what") return this.#renderWhat();
    return html`<div class="halves">
      ${this.#renderWords()}
      <section class="preview" aria-labelledby="preview">
        <h2 id="preview">Preview</h2>
        <form-preview .draft=${this.draft}></form-preview>
        <p class="quiet small">This is the form itself. Its colours and corners can follow your
          site's.</p>
      </section>
    </div>`;
  }

  #renderWhat() {
    return html`<form class="card padded stack narrow" novalidate @submit=${this.#next}
      @input=${this.#write} @change=${this.#write}>
      ${kindFields(this.draft, this.wrong)}
      <div class="actions end">
        <wa-button appearance="plain" href="/forms">Cancel</wa-button>
        <wa-button type="submit" variant="brand">Next</wa-button>
      </div>
    </form>`;
  }

  #renderWords() {
    const { draft, wrong, form } = this;
    const risk = riskOf(draft);
    return html`<form class="card padded stack" novalidate @submit=${this.#keep}
      @input=${this.#write} @change=${this.#write}>
      ${form ? kindFields(draft, wrong) : nothing}
      ${wordFields(draft, wrong)}
      ${risk ? html`<p class="law small" role="status">${risk}</p>` : nothing}
      ${notice(wrong.whole)}
      <div class="actions end">
        ${
          form ? nothing : html`<wa-button appearance="plain" @click=${this.#back}>Back</wa-button>`
        }
        <wa-button type="submit" variant="brand"
          ?loading=${this.busy}>${form ? "Save" : "Create"}</wa-button>
      </div>
    </form>`;
  }

  /** A new form continues where the browser's history says it was left. */
  #goOn() {
    window.addEventListener("popstate", this.#turn);
    const kept = keptHere();
    if (!kept) return;
    this.step = kept.step;
    this.draft = kept.draft;
    this.#ownWords = kept.ownWords;
  }

  #turn = () => {
    // Once the form is being created, the page itself decides where to go.
    if (this.busy) return;
    this.#go(keptHere()?.step ?? "what");
    this.#remember();
  };

  #remember() {
    clearTimeout(this.#soon);
    keepHere(this.#kept(this.step));
  }

  #kept(step: Step) {
    return { step, draft: this.draft, ownWords: this.#ownWords };
  }

  #write(event: Event) {
    const values = valuesOf(event.currentTarget as HTMLElement);
    if ((event.target as HTMLElement).getAttribute("name") === "confirmationMessage")
      this.#ownWords = true;
    const draft = withValues(this.draft, values);
    const { confirmationMessage } = newDraft(draft.channel);
    this.draft = this.#ownWords ? draft : { ...draft, confirmationMessage };
    if (this.form) return;
    // Not on every keystroke: browsers limit how often the history may change.
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#remember(), 300);
  }

  async #next(event: Event) {
    event.preventDefault();
    if (this.draft.description.trim() === "") {
      this.wrong = {
        whole: undefined,
        at: { description: "Write a few words that you will recognise later." },
      };
      await this.updateComplete;
      return focusWrong(this);
    }
    this.wrong = noComplaints;
    this.#remember();
    addStep(this.#kept("words"));
    await this.#go("words");
  }

  #back() {
    history.back();
  }

  async #go(step: Step) {
    this.step = step;
    await this.updateComplete;
    const field = step === "what" ? "description" : "confirmationMessage";
    const control = this.querySelector<PortalElement>(`[name=${field}]`);
    await control?.updateComplete;
    control?.focus();
  }

  async #keep(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    clearTimeout(this.#soon);
    this.busy = true;
    try {
      await this.save(this.draft);
    } catch (error) {
      // If one of several sites is wrong, its number follows in the path.
      this.wrong = complaintsOf(error, fields);
      await this.updateComplete;
      focusWrong(this);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define("form-editor", FormEditor);

declare global {
  interface HTMLElementTagNameMap {
    "form-editor": FormEditor;
  }
}
