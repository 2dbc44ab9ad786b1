// <opt-in-form>: asks one person for an address and their consent, and sends both to the server.

import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { PublicForm } from "../../server/schemas/forms.ts";
import { ApiFailure, defaultApi, fetchForm, submitForm } from "../api.ts";
import { OptInFailedEvent, OptInReadyEvent, OptInSubmittedEvent } from "../events.ts";
import { complaint, explain } from "./explain.ts";
import { takeOver } from "./light-form.ts";
import { styles } from "./styles.ts";
import { texts } from "./texts.ts";

export type OptInFormState = "loading" | "ready" | "invalid" | "sending" | "done" | "closed" | "failed";

/**
 * @summary A web opt-in form: one address, what the person agrees to, one button.
 *
 * @slot heading - Shown above the form, inside its card.
 *
 * @fires {OptInReadyEvent} optin-ready - The form can be filled in.
 * @fires {OptInSubmittedEvent} optin-submitted - The server has acknowledged the opt-in.
 * @fires {OptInFailedEvent} optin-failed - Loading or sending did not work; `reason` says why.
 *
 * @csspart card - The box around everything.
 * @csspart business - The business's name.
 * @csspart label - The label of the field.
 * @csspart input - The field for the phone number or email address.
 * @csspart hint - The line that says how to write it.
 * @csspart error - What is wrong, below the field or above the button.
 * @csspart consent - What the person agrees to.
 * @csspart button - The one button.
 * @csspart message - The thank-you, or the news that the form is closed.
 *
 * @cssproperty --optin-accent - The accent colour; `--optin-on-accent` is what is written on it.
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
export class OptInForm extends LitElement {
  static override styles = styles;
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    form: {},
    api: {},
    content: { type: Object },
    state: { reflect: true },
    failure: { state: true },
  };

  /** The id of the form. */
  declare form: string;
  /** The base address of the API; by default the origin that the script came from. */
  declare api: string;
  /** The form as `GET /public/forms/{id}` answers it; when the page gives it, nothing is fetched. */
  declare content: PublicForm | undefined;
  /** Where the form stands; reflected, so that a page may style by it. Read only. */
  declare state: OptInFormState;
  /** What went wrong last. */
  declare private failure: ApiFailure | undefined;

  #address = "";
  #host: string | undefined;
  #thankYou = "";
  #loads = 0;

  constructor() {
    super();
    this.form = "";
    this.api = defaultApi;
    this.state = "loading";
  }

  override connectedCallback() {
    super.connectedCallback();
    const taken = takeOver(this);
    if (!taken) return;
    this.#address = taken.address;
    this.#host = taken.host;
    if (taken.error) this.failure = new ApiFailure("invalid", { detail: taken.error });
    this.updateComplete.then(() => taken.restoreFocus(this.#input));
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("content") && this.content) this.#open(this.content);
    else if (changed.has("form") || changed.has("api")) this.load();
  }

  /** Fetches the form and shows it; never throws. */
  async load() {
    if (!this.form) return;
    const load = ++this.#loads;
    this.state = "loading";
    this.failure = undefined;
    try {
      const content = await fetchForm(this.api, this.form);
      if (load === this.#loads) this.content = content;
    } catch (error) {
      if (load === this.#loads) this.#fail(error);
    }
  }

  override render() {
    if (this.state === "done") return this.#renderMessage("message", this.#thankYou);
    if (this.state === "closed") return this.#renderMessage("message closed", texts.closed);
    if (this.content) return this.#renderForm(this.content);
    return this.state === "failed" ? this.#renderRetry() : this.#renderSkeleton();
  }

  #open(content: PublicForm) {
    this.#loads++;
    this.state = this.failure ? "invalid" : "ready";
    this.updateComplete.then(() => this.dispatchEvent(new OptInReadyEvent(content.id, content.channel)));
  }

  #renderSkeleton() {
    return html`<div class="card" part="card" role="status" aria-busy="true" aria-label=${texts.loading}>
      <div class="bone short"></div>
      <div class="field"><div class="bone short"></div><div class="bone tall"></div></div>
      <div class="bone text"></div>
      <div class="bone tall"></div>
    </div>`;
  }

  #renderRetry() {
    return html`<div class="card" part="card">
      ${this.#renderNotice()}
      <button part="button" type="button" @click=${this.load}>${texts.tryAgain}</button>
    </div>`;
  }

  #renderForm({
    addressKind,
    businessName,
    confirmationMessage,
    buttonText,
    privacyUrl,
    ...content
  }: PublicForm) {
    const phone = addressKind === "phoneNumber";
    const type = phone ? "tel" : "email";
    const hint = phone && !content.defaultCountry;
    const sending = this.state === "sending";
    const wrong = this.state === "invalid" ? this.#problem : undefined;
    const button = sending ? texts.sending : this.state === "failed" ? texts.tryAgain : buttonText;
    return html`<form class="card" part="card" novalidate @submit=${this.#submit}>
      <slot name="heading"></slot>
      ${businessName ? html`<p class="business" part="business" dir="auto">${businessName}</p>` : nothing}
      <div class="field">
        <label part="label" for="address">${phone ? texts.phoneLabel : texts.emailLabel}</label>
        <input part="input" id="address" name="address" required dir="ltr"
          type=${type} inputmode=${type} autocomplete=${type}
          maxlength="320" .value=${this.#address} ?readonly=${sending}
          aria-invalid=${wrong ? "true" : nothing}
          aria-describedby=${[wrong && "error", hint && "hint"].filter(Boolean).join(" ") || nothing}>
        ${wrong ? html`<p class="error" part="error" id="error">${wrong}</p>` : nothing}
        ${hint ? html`<p class="hint" part="hint" id="hint">${texts.phoneHint}</p>` : nothing}
      </div>
      <input class="trap" name="website" tabindex="-1" autocomplete="off" aria-hidden="true">
      <p class="consent" part="consent">
        <span id="consent" dir="auto">${confirmationMessage}</span>
        ${isWebAddress(privacyUrl) ? html`<a href=${privacyUrl} target="_blank" rel="noopener">${texts.privacy}</a>` : nothing}
      </p>
      ${this.state === "failed" ? this.#renderNotice() : nothing}
      <button part="button" type="submit" aria-describedby="consent" aria-disabled=${sending ? "true" : nothing} dir="auto">
        ${button}
      </button>
    </form>`;
  }

  #renderNotice() {
    return html`<p class="error" part="error" role="alert">${this.#problem}</p>`;
  }

  #renderMessage(kind: string, text: string) {
    return html`<div class="card" part="card">
      <p class=${kind} part="message" role="status" tabindex="-1" dir="auto">${text}</p>
    </div>`;
  }

  async #submit(event: SubmitEvent) {
    event.preventDefault();
    const { content } = this;
    if (!content || this.state === "sending") return;
    const fields = new FormData(event.target as HTMLFormElement);
    this.#address = String(fields.get("address"));
    const detail = complaint(content.addressKind, this.#address.trim());
    if (detail) return this.#fail(new ApiFailure("invalid", { detail }));
    this.state = "sending";
    try {
      const { thankYouText } = await submitForm(this.api, content.id, {
        address: this.#address.trim(),
        wording: content.wording,
        website: String(fields.get("website")),
        ...(this.#host ? { host: this.#host } : {}),
      });
      this.#finish(content, thankYouText);
    } catch (error) {
      this.#fail(error);
    }
  }

  #finish(content: PublicForm, thankYouText: string | null) {
    const focused = this.matches(":focus-within");
    this.#address = "";
    this.#thankYou = thankYouText || content.thankYouText || texts.thankYou;
    this.state = "done";
    this.updateComplete.then(() => {
      if (focused) this.renderRoot.querySelector<HTMLElement>(".message")?.focus();
      this.dispatchEvent(new OptInSubmittedEvent(content.id, content.channel));
    });
  }

  #fail(error: unknown) {
    this.failure = error instanceof ApiFailure ? error : new ApiFailure("unavailable");
    const { reason } = this.failure;
    this.state = reason === "closed" || reason === "invalid" ? reason : "failed";
    this.updateComplete.then(() => {
      if (reason === "invalid") this.#input?.focus();
      this.dispatchEvent(new OptInFailedEvent(this.form, reason));
    });
  }

  get #input() {
    return this.renderRoot.querySelector<HTMLInputElement>("#address");
  }

  get #problem() {
    return this.failure && explain(this.failure, this.content?.addressKind);
  }
}

function isWebAddress(url: string | null): url is string {
  return /^https?:\/\//i.test(url ?? "");
}

declare global {
  interface HTMLElementTagNameMap {
    "opt-in-form": OptInForm;
  }
}
