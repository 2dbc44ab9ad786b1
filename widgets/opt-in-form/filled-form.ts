// A form whose content is known: what <opt-in-form> is on every page, however it came by the content and its styles.

import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { PublicForm } from "../../server/schemas/forms.ts";
import { ApiFailure, submitForm } from "../api.ts";
import { OptInFailedEvent, OptInReadyEvent, OptInSubmittedEvent } from "../events.ts";
import { complaint, explain } from "./explain.ts";
import { texts } from "./texts.ts";

export type OptInFormState = "loading" | "ready" | "invalid" | "sending" | "done" | "closed" | "failed";

/** Shows the form of `content`, sends what is typed, and says what came of it; fires the events of <opt-in-form>. */
export class FilledForm extends LitElement {
  static override properties = {
    form: {},
    api: {},
    content: { type: Object },
    state: { reflect: true },
    failure: { state: true },
  };

  /** The id of the form. */
  declare form: string;
  /** The base address of the API. */
  declare api: string;
  /** The form as `GET /public/forms/{id}` answers it; when the page gives it, nothing is fetched. */
  declare content: PublicForm | undefined;
  /** Where the form stands; reflected, so that a page may style by it. Read only. */
  declare state: OptInFormState;
  /** What went wrong last. */
  declare protected failure: ApiFailure | undefined;

  /** What is typed. */
  protected address = "";
  /** The sealed origin of the page around the iframe. */
  protected host: string | undefined;
  #thankYou = "";

  constructor() {
    super();
    this.form = "";
    this.api = "";
    this.state = "loading";
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("content") && this.content) this.#open(this.content);
  }

  override render(): unknown {
    if (this.state === "done") return this.#renderMessage("message", this.#thankYou);
    if (this.state === "closed") return this.#renderMessage("message closed", texts.closed);
    return this.content && this.#renderForm(this.content);
  }

  #open(content: PublicForm) {
    this.state = this.failure ? "invalid" : "ready";
    this.updateComplete.then(() => this.dispatchEvent(new OptInReadyEvent(content.id, content.channel)));
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
    return html`<form class="card" part="card" novalidate @submit=${this.submit}>
      <slot name="heading"></slot>
      ${businessName ? html`<p class="business" part="business" dir="auto">${businessName}</p>` : nothing}
      <div class="field">
        <label part="label" for="address">${phone ? texts.phoneLabel : texts.emailLabel}</label>
        <input part="input" id="address" name="address" required dir="ltr"
          type=${type} inputmode=${type} autocomplete=${type}
          maxlength="320" .value=${this.address} ?readonly=${sending}
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
      ${this.state === "failed" ? this.renderNotice() : nothing}
      <button part="button" type="submit" aria-describedby="consent" aria-disabled=${sending ? "true" : nothing} dir="auto">
        ${button}
      </button>
    </form>`;
  }

  protected renderNotice() {
    return html`<p class="error" part="error" role="alert">${this.#problem}</p>`;
  }

  #renderMessage(kind: string, text: string) {
    return html`<div class="card" part="card">
      <p class=${kind} part="message" role="status" tabindex="-1" dir="auto">${text}</p>
    </div>`;
  }

  /** Sends what stands in the form that the event comes from. */
  protected async submit(event: SubmitEvent) {
    event.preventDefault();
    const { content } = this;
    if (!content || this.state === "sending") return;
    const fields = new FormData(event.target as HTMLFormElement);
    this.address = String(fields.get("address"));
    const detail = complaint(content.addressKind, this.address.trim());
    if (detail) return this.fail(new ApiFailure("invalid", { detail }));
    this.state = "sending";
    try {
      const { thankYouText } = await submitForm(this.api, content.id, {
        address: this.address.trim(),
        wording: content.wording,
        website: String(fields.get("website")),
        ...(this.host ? { host: this.host } : {}),
      });
      this.#finish(content, thankYouText);
    } catch (error) {
      this.fail(error);
    }
  }

  #finish(content: PublicForm, thankYouText: string | null) {
    const focused = this.matches(":focus-within");
    this.address = "";
    this.#thankYou = thankYouText || content.thankYouText || texts.thankYou;
    this.state = "done";
    this.updateComplete.then(() => {
      if (focused) this.renderRoot.querySelector<HTMLElement>(".message")?.focus();
      this.dispatchEvent(new OptInSubmittedEvent(content.id, content.channel));
    });
  }

  protected fail(error: unknown) {
    this.failure = error instanceof ApiFailure ? error : new ApiFailure("unavailable");
    const { reason } = this.failure;
    this.state = reason === "closed" || reason === "invalid" ? reason : "failed";
    this.updateComplete.then(() => {
      if (reason === "invalid") this.input?.focus();
      this.dispatchEvent(new OptInFailedEvent(this.form, reason));
    });
  }

  protected get input() {
    return this.renderRoot.querySelector<HTMLInputElement>("#address");
  }

  get #problem() {
    return this.failure && explain(this.failure, this.content?.addressKind);
  }
}

function isWebAddress(url: string | null): url is string {
  return /^https?:\/\//i.test(url ?? "");
}
