// <form-editor>: the fields of a form with the real widget beside, as people will see it.

import "@awesome.me/webawesome/dist/components/details/details.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import "./form-preview.ts";
import { html, nothing } from "lit";
import type { FormBody } from "../../../../server/schemas/forms.ts";
import { PortalElement } from "../../parts/element.ts";
import {
  type Complaints,
  channelField,
  complaintsOf,
  focusWrong,
  noComplaints,
  valuesOf,
} from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { formChannels, languageNames, missingIn, newDraft, withValues } from "./draft.ts";
import { riskOf, sendsCodes, writeCountries } from "./form-countries.ts";
import { addStep, keepHere, keptHere, type Step } from "./steps.ts";

const folded = [
  "businessName",
  "privacyUrl",
  "defaultCountry",
  "countries",
  "language",
  "thankYouText",
  "allowedOrigins",
] as const;
const fields = ["description", "confirmationMessage", "buttonText", ...folded];

/** @summary Writes a form: a new one in two steps, an existing one in one. */
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

  /** The timer that keeps what is being written. */
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
      ${this.#renderKind()}
      <div class="actions end">
        <wa-button appearance="plain" href="/forms">Cancel</wa-button>
        <wa-button type="submit" variant="brand">Next</wa-button>
      </div>
    </form>`;
  }

  #renderKind() {
    const { draft } = this;
    return html`${channelField(draft.channel, { among: formChannels })}
      ${this.#renderInput("description", "Description", "For your own use: where the form is, or what it is for. Visitors do not see it.", 200)}`;
  }

  #renderWords() {
    const { draft, wrong, form } = this;
    const missing = missingIn(draft);
    const risk = riskOf(draft);
    return html`<form class="card padded stack" novalidate @submit=${this.#keep}
      @input=${this.#write} @change=${this.#write}>
      ${form ? this.#renderKind() : nothing}
      <wa-textarea name="confirmationMessage" label="Confirmation message" rows="4" maxlength="2000"
        .value=${draft.confirmationMessage}
        ?data-wrong=${wrong.at.confirmationMessage !== undefined}
        hint=${
          wrong.at.confirmationMessage ??
          "What people agree to. It is kept as proof, word for word."
        }></wa-textarea>
      ${missing ? html`<p class="law small" role="status">${missing}</p>` : nothing}
      ${this.#renderInput("buttonText", "Button text", "", 60)}
      ${this.#renderConfirm()}
      <wa-details summary="More: business, privacy, country, language, thanks, sites"
        ?open=${folded.some((name) => name in wrong.at)}>
        <div class="stack">
          ${this.#renderInput("businessName", "Business name", "Shown above the form.", 100)}
          ${this.#renderInput(
            "privacyUrl",
            "Privacy policy",
            "Its address, such as https://example.com/privacy",
            2000,
          )}
          ${draft.channel === "email" ? nothing : this.#renderInput("defaultCountry", "Country", "Two letters, such as GB: numbers may then be typed as they are in that country.", 2)}
          ${sendsCodes(draft) ? this.#renderCountries() : nothing}
          ${this.#renderLanguage()}
          ${this.#renderInput(
            "thankYouText",
            "Thank-you text",
            "Shown once the form has been sent.",
            500,
          )}
          <wa-textarea name="allowedOrigins" label="Allowed sites" rows="2"
            .value=${draft.allowedOrigins.join("\n")}
            ?data-wrong=${wrong.at.allowedOrigins !== undefined}
            hint=${wrong.at.allowedOrigins ?? "One per line, such as https://shop.example. Leave empty for any site."}></wa-textarea>
        </div>
      </wa-details>
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

  #renderConfirm() {
    const { channel, confirm } = this.draft;
    const sent =
      channel === "email"
        ? "a link, and only those who open it and press its button are opted in"
        : "a six-digit code, and only those who type it into the form are opted in";
    const hint =
      confirm === "double"
        ? `Double opt-in: we send ${sent}. It proves that the ${channel === "email" ? "address" : "number"} is the person's own.`
        : "Single opt-in: quick, but nothing proves that the address is the person's own.";
    return html`<wa-radio-group name="confirm" label="When people are opted in"
      orientation="vertical" hint=${hint} .value=${confirm}>
      <wa-radio value="none">As soon as they send the form</wa-radio>
      <wa-radio value="double">Once they have confirmed it</wa-radio>
    </wa-radio-group>`;
  }

  #renderCountries() {
    const complaint = this.wrong.at.countries;
    return html`<wa-input name="countries" label="Countries that get codes"
      .value=${writeCountries(this.draft.countries)}
      ?data-wrong=${complaint !== undefined}
      hint=${
        complaint ??
        `Two letters each, such as GB IE. Left empty: the form's own country. A star: every country.
        Other numbers are answered as always, and get no code.`
      }></wa-input>`;
  }

  #renderLanguage() {
    const complaint = this.wrong.at.language;
    return html`<wa-select name="language" label="Language" .value=${this.draft.language ?? "page"}
      ?data-wrong=${complaint !== undefined}
      hint=${complaint ?? "For the texts around your own: labels, hints and the confirmation. If the page names no language, the browser's is used."}>
      <wa-option value="page">Like the page around it</wa-option>
      ${Object.entries(languageNames).map(
        ([language, name]) =>
          html`<wa-option value=${language} lang=${language}>${name}</wa-option>`,
      )}
    </wa-select>`;
  }

  #renderInput(name: keyof FormBody & string, label: string, hint: string, maxlength: number) {
    const complaint = this.wrong.at[name];
    return html`<wa-input name=${name} label=${label} maxlength=${maxlength}
      .value=${String(this.draft[name] ?? "")}
      ?data-wrong=${complaint !== undefined} hint=${complaint ?? hint}></wa-input>`;
  }

  /** A new form: from where the browser's history says one was. */
  #goOn() {
    window.addEventListener("popstate", this.#turn);
    const kept = keptHere();
    if (!kept) return;
    this.step = kept.step;
    this.draft = kept.draft;
    this.#ownWords = kept.ownWords;
  }

  #turn = () => {
    // Once it is being made, the way back is the page's own.
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
      // Where one of several sites is wrong, the path goes on with its number.
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
