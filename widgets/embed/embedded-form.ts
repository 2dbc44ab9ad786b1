// <opt-in-form> in the iframe page: it replaces the plain form, in the page's own styles.

import { noChange, type PropertyValues } from "lit";
import { ApiFailure } from "../api.ts";
import { FilledForm } from "../opt-in-form/filled-form.ts";

/**
 * The element of the iframe page: no shadow root, since page and styles are its own. The server's
 * plain form stays, with its typed text and the cursor in it, until there is something else to
 * show.
 */
export class EmbeddedForm extends FilledForm {
  #plain: HTMLFormElement | null = null;

  constructor() {
    super();
    this.api = location.origin;
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) return;
    const plain = this.querySelector("form");
    if (!plain) return;
    const detail = plain.querySelector(".error")?.textContent;
    if (detail) this.failure = new ApiFailure("invalid", detail);
    this.host = plain.querySelector<HTMLInputElement>("[name=host]")?.value;
    plain.noValidate = true;
    plain.addEventListener("submit", (event) => this.submit(event));
    this.#plain = plain;
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    super.willUpdate(changed);
    if (this.#plain && this.hasUpdated) this.#replace(this.#plain);
  }

  override render() {
    return this.#plain ? noChange : super.render();
  }

  protected override createRenderRoot() {
    return this;
  }

  /** The focus stays where it was: in the field, or on the button. */
  #replace(plain: HTMLFormElement) {
    const focused = plain.contains(document.activeElement) && document.activeElement?.localName;
    plain.remove();
    this.#plain = null;
    if (focused) {
      this.updateComplete.then(() =>
        this.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true }),
      );
    }
  }
}
