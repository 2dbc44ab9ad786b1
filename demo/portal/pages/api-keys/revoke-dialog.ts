// <revoke-dialog>: asks before a key is revoked, since that cannot be undone.

import { html } from "lit";
import type { Key } from "../../../../server/schemas/keys.ts";
import { revokeKey } from "../../api.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { notice } from "../../parts/loading.ts";
import { time } from "../../parts/time.ts";
import { toast } from "../../parts/toast.ts";

/**
 * @summary A dialog that revokes a key after an admin confirms it.
 *
 * @fires key-revoked - The key no longer works.
 */
export class RevokeDialog extends DialogElement {
  #key: Key | undefined;
  #revoked = false;

  /** Asks about a key. */
  show(key: Key) {
    this.#key = key;
    this.#revoked = false;
    this.openEmpty();
  }

  protected override heading() {
    return `Revoke the key ${this.#key?.name ?? ""}?`;
  }

  protected override content() {
    const lastUsedAt = this.#key?.lastUsedAt;
    return html`<div class="stack">
      <p>Programs that use it are refused within 5 seconds. This cannot be undone.</p>
      <p class="quiet">${
        lastUsedAt ? html`It was last used ${time(lastUsedAt)}.` : "It was never used."
      }</p>
      ${notice(this.wrong.whole)}
      <div class="actions">
        <wa-button appearance="plain" autofocus @click=${this.close}>Keep it</wa-button>
        <wa-button variant="danger" ?loading=${this.busy} @click=${this.#revoke}>Revoke</wa-button>
      </div>
    </div>`;
  }

  async #revoke() {
    const key = this.#key;
    if (!key) return;
    await this.attempt(async () => {
      await revokeKey(key.id);
      this.#revoked = true;
      this.close();
      toast(`The key ${key.name} is revoked.`);
    });
  }

  protected override closed() {
    // Only now: the dialog first returns the focus to what opened it.
    if (this.#revoked) this.dispatchEvent(new Event("key-revoked"));
  }
}

customElements.define("revoke-dialog", RevokeDialog);

declare global {
  interface HTMLElementTagNameMap {
    "revoke-dialog": RevokeDialog;
  }
}
