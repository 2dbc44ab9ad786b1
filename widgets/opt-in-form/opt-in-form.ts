// <opt-in-form>: asks a person for an address and their consent, and sends both to the server.

import { html, LitElement, type PropertyValues } from "lit";
import { fetchForm } from "../api.ts";
import { skeletonStyles } from "../styles.ts";
import { FilledForm, type Words } from "./filled-form.ts";
import { styles } from "./styles.ts";
import { earlyWords, languageAround } from "./texts.ts";

export type { OptInFormState } from "./filled-form.ts";

/**
 * @summary A web opt-in form: one address, what the person agrees to, one button.
 *
 * @slot heading - Shown above the form, inside its card.
 *
 * @fires {OptInReadyEvent} optin-ready - The form can be filled in.
 * @fires {OptInPendingEvent} optin-pending - The opt-in waits for the person's confirmation;
 *   `confirm` says by what.
 * @fires {OptInSubmittedEvent} optin-submitted - The server has acknowledged the opt-in.
 * @fires {OptInFailedEvent} optin-failed - Loading or sending failed; `reason` says why.
 *
 * @csspart card - The box around everything.
 * @csspart business - The business's name.
 * @csspart label - The label of the field.
 * @csspart input - The field for the phone number or email address.
 * @csspart hint - The line that says how to write it.
 * @csspart error - What is wrong, below the field or above the button.
 * @csspart consent - What the person agrees to.
 * @csspart button - The one button.
 * @csspart back - The way back to the address, while the form waits for a code.
 * @csspart message - The thank-you, or that a confirmation was sent, or that the form is closed.
 *
 * @cssproperty --optin-accent - The accent colour; `--optin-on-accent` is the text on it.
 * @cssproperty --optin-on-accent - The colour of the button's text.
 * @cssproperty --optin-surface - The background of the card.
 * @cssproperty --optin-text - The colour of the text.
 * @cssproperty --optin-muted - The colour of hint and consent.
 * @cssproperty --optin-line - The colour of the card's border.
 * @cssproperty --optin-edge - The colour of the field's border.
 * @cssproperty --optin-danger - The colour of what is wrong.
 * @cssproperty --optin-font - The font family.
 * @cssproperty --optin-radius - How round the corners are.
 * @cssproperty --optin-padding - The space inside the card.
 * @cssproperty --optin-max-width - How wide the form may grow.
 */
export class OptInForm extends FilledForm {
  static override styles = [...styles, skeletonStyles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  #loads = 0;

  constructor() {
    super();
    this.api = new URL(import.meta.url).origin;
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    super.willUpdate(changed);
    if (changed.has("content") && this.content) this.#loads++;
    else if (changed.has("form") || changed.has("api")) this.load();
  }

  /** Fetches the form and shows it; never throws. */
  async load() {
    if (!this.form) return;
    const load = ++this.#loads;
    this.state = "loading";
    this.failure = undefined;
    try {
      const content = await fetchForm(this.api, this.form, languageAround(this));
      if (load === this.#loads) this.content = content;
    } catch (error) {
      if (load === this.#loads) this.fail(error);
    }
  }

  override render() {
    // A form without a direction of its own takes the page's.
    const { language, direction } = this.words;
    return html`<div lang=${language} dir=${direction}>
      ${super.render() ?? (this.state === "failed" ? this.#renderRetry() : this.#renderSkeleton())}
    </div>`;
  }

  protected override get words(): Words {
    return this.content ?? earlyWords(this);
  }

  #renderSkeleton() {
    return html`<div class="card" part="card" aria-busy="true">
      <div class="bone short"></div>
      <div class="field"><div class="bone short"></div><div class="bone tall"></div></div>
      <div class="bone text"></div>
      <div class="bone tall"></div>
    </div>`;
  }

  #renderRetry() {
    return html`<div class="card" part="card" role="alert">
      ${this.failure?.detail && html`<p class="error" part="error">${this.failure.detail}</p>`}
      <button part="button" type="button" @click=${this.load}>${this.words.texts.reload}</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "opt-in-form": OptInForm;
  }
}
