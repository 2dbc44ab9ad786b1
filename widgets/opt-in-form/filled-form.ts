// A form whose content is known: the part of <opt-in-form> that does not depend on where its
// content and styles come from.

import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { ShownForm } from "../../server/schemas/forms.ts";
import {
  ApiFailure,
  type CodeConfirmation,
  type Submission,
  type Submitted,
  send,
} from "../api.ts";
import {
  OptInFailedEvent,
  OptInPendingEvent,
  OptInReadyEvent,
  OptInSubmittedEvent,
} from "../events.ts";
import { complaint, explain } from "./explain.ts";
import { type FieldOf, renderField, renderMessage } from "./parts.ts";

export type OptInFormState =
  | "loading"
  | "ready"
  | "invalid"
  | "sending"
  | "pending"
  | "done"
  | "closed"
  | "failed";

/** The language of the form and its texts. */
export type Words = Pick<ShownForm, "language" | "direction" | "texts">;

/**
 * Shows the form of `content`, sends the input, and shows the outcome; fires the events of
 * <opt-in-form>.
 */
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
  /** The answer of `GET /public/forms/{id}`; if the page sets it, nothing is fetched. */
  declare content: ShownForm | undefined;
  /** The state of the form; reflected, so that a page may style by it. Read only. */
  declare state: OptInFormState;
  /** The last failure. */
  declare protected failure: ApiFailure | undefined;

  /** The input. */
  protected address = "";
  protected code = "";
  /** The sealed origin of the page around the iframe. */
  protected host: string | undefined;
  /** A code was sent and must be typed in. */
  #asksCode = false;
  #message: string | undefined;

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
    const { state, content } = this;
    if (state === "done") {
      const { start } = this.words.texts;
      return renderMessage(
        "message",
        this.#message,
        start ? html`<p class="hint" part="hint">${start}</p>` : nothing,
      );
    }
    if (state === "closed") return renderMessage("message closed", this.#problem);
    if (state === "pending" && !this.#asksCode) {
      return renderMessage("message", this.#message, this.#renderBack());
    }
    return content && this.#renderForm(content);
  }

  #open(content: ShownForm) {
    this.state = this.failure ? "invalid" : "ready";
    this.updateComplete.then(() =>
      this.dispatchEvent(new OptInReadyEvent(content.id, content.channel)),
    );
  }

  #renderForm({ businessName, buttonText, texts, ...content }: ShownForm) {
    const sending = this.state === "sending";
    const code = this.#asksCode;
    const type = content.addressKind === "email" ? "email" : "tel";
    const problem = this.state === "invalid" ? this.#problem : undefined;
    const field = (name: "address" | "code", ...of: FieldOf) =>
      renderField(name, this[name], problem, sending, ...of);
    return html`<form class="card" part="card" novalidate @submit=${this.submit}>
      <slot name="heading"></slot>
      ${
        businessName
          ? html`<p class="business" part="business" dir="auto">${businessName}</p>`
          : nothing
      }
      ${
        code
          ? field("code", texts.codeLabel, this.#message, "text", "numeric", "one-time-code")
          : html`${field("address", texts.label, texts.hint, type, type, type)}
      <input class="trap" name="website" tabindex="-1" autocomplete="off" aria-hidden="true">
      <p class="consent" part="consent">
        <span id="consent" dir="auto">${content.confirmationMessage}</span>
        ${
          texts.privacy
            ? html`<a href=${content.privacyUrl} target="_blank"
              rel="noopener">${texts.privacy}</a>`
            : nothing
        }
      </p>`
      }
      ${
        this.state === "failed"
          ? html`<p class="error" part="error" role="alert">${this.#problem}</p>`
          : nothing
      }
      <button part="button" type="submit" aria-describedby=${code ? nothing : "consent"}
        aria-disabled=${sending} dir="auto">
        ${
          sending
            ? texts.sending
            : this.state === "failed"
              ? texts.tryAgain
              : code
                ? texts.confirm
                : buttonText
        }
      </button>
      ${code ? this.#renderBack() : nothing}
    </form>`;
  }

  #renderBack() {
    const { another } = this.words.texts;
    return html`<button class="back" part="back" type="button"
      @click=${this.#back}>${another}</button>`;
  }

  /** Sends the values of the form that fired the event. */
  protected async submit(event: SubmitEvent) {
    event.preventDefault();
    const { content } = this;
    if (!content || this.state === "sending") return;
    const { addressKind, id, language, texts, wording } = content;
    const fields = new FormData(event.target as HTMLFormElement);
    const name = this.#asksCode ? "code" : "address";
    this[name] = (fields.get(name) as string).trim();
    const { address, code, host } = this;
    const detail = complaint(this.#asksCode ? name : addressKind, this[name], texts);
    if (detail) return this.fail(new ApiFailure("invalid", detail));
    this.state = "sending";
    try {
      const said = this.#asksCode
        ? { code }
        : { wording, website: fields.get("website") as string };
      const body = { address, ...said, ...(host ? { host } : {}) } as Submission | CodeConfirmation;
      this.#proceed(content, await send(this.api, id, language, body));
    } catch (error) {
      this.fail(error);
    }
  }

  #proceed({ id, channel, thankYouText, texts }: ShownForm, answer: Submitted) {
    const focused = this.matches(":focus-within");
    const pending = answer.status === "pending";
    this.#asksCode = pending && answer.confirm === "code";
    this.#message = pending
      ? // Isolated: an address runs from left to right in every language.
        texts.sent?.replace("{{address}}", () => `\u2066${this.address}\u2069`)
      : answer.thankYouText || thankYouText || texts.thankYou;
    this.code = "";
    if (!pending) this.address = "";
    this.state = answer.status;
    this.updateComplete.then(() => {
      if (focused) this.renderRoot.querySelector<HTMLElement>(".message,#code")?.focus();
      this.dispatchEvent(
        pending
          ? new OptInPendingEvent(id, channel, answer.confirm)
          : new OptInSubmittedEvent(id, channel),
      );
    });
  }

  #back() {
    this.#asksCode = false;
    this.state = "ready";
    this.updateComplete.then(() => this.input?.focus());
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
    return this.renderRoot.querySelector<HTMLInputElement>("#address,#code");
  }

  /** The language in use, and its texts. */
  protected get words(): Words {
    return this.content as ShownForm;
  }

  get #problem() {
    return this.failure && explain(this.failure, this.words.texts);
  }
}
