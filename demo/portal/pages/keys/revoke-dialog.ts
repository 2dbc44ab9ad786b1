// <revoke-dialog>: asks before a key is ended, since that cannot be undone.

import { html, nothing } from "lit";
import type { Key } from "../../../../server/schemas/keys.ts";
import { revokeKey } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { messageOf, notice } from "../../parts/loading.ts";
import { time } from "../../parts/time.ts";
import { toast } from "../../parts/toast.ts";

/**
 * @summary A dialog that ends a key once somebody has said so.
 *
 * @fires key-revoked - The key works no more.
 */
export class RevokeDialog extends PortalElement {
  static override properties = {
    open: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  declare private open: boolean;
  declare private wrong: string | undefined;
  declare private busy: boolean;

  #key: Key | undefined;
  #revoked = false;

  constructor() {
    super();
    this.open = false;
    this.busy = false;
  }

  /** Asks about a key. */
  show(key: Key) {
    this.#key = key;
    this.#revoked = false;
    this.wrong = undefined;
    this.open = true;
  }

  override render() {
    return html`<wa-dialog label="Revoke the key ${this.#key?.name ?? ""}?" ?open=${this.open} @wa-after-hide=${this.#closed}>
      ${this.open && this.#key ? this.#renderQuestion(this.#key) : nothing}
    </wa-dialog>`;
  }

  #renderQuestion({ lastUsedAt }: Key) {
    return html`<div class="stack">
      <p>Whatever uses it is refused within 5 seconds. This cannot be undone.</p>
      <p class="quiet">${lastUsedAt ? html`It was last used ${time(lastUsedAt)}.` : "It was never used."}</p>
      ${notice(this.wrong)}
      <div class="actions">
        <wa-button appearance="plain" autofocus @click=${this.#close}>Keep it</wa-button>
        <wa-button variant="danger" ?loading=${this.busy} @click=${this.#revoke}>Revoke</wa-button>
      </div>
    </div>`;
  }

  async #revoke() {
    if (this.busy || !this.#key) return;
    this.busy = true;
    try {
      await revokeKey(this.#key.id);
      this.#revoked = true;
      this.open = false;
      toast(`The key ${this.#key.name} is revoked.`);
    } catch (error) {
      this.wrong = messageOf(error);
    } finally {
      this.busy = false;
    }
  }

  #close() {
    this.open = false;
  }

  #closed(event: Event) {
    if (event.target !== event.currentTarget) return;
    this.open = false;
    // Not before: the dialog gives the focus back to what opened it.
    if (this.#revoked) this.dispatchEvent(new Event("key-revoked"));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "revoke-dialog": RevokeDialog;
  }
}
