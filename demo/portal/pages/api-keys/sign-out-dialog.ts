// <sign-out-dialog>: asks before every browser, including this one, is signed out.

import { html } from "lit";
import { endAllSessions } from "../../api.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { notice } from "../../parts/loading.ts";

/** @summary A dialog that ends every session of the portal after an admin confirms it. */
export class SignOutDialog extends DialogElement {
  /** Opens the dialog. */
  show() {
    this.openEmpty();
  }

  protected override heading() {
    return "Sign out everywhere?";
  }

  protected override content() {
    return html`<div class="stack">
      <p>Every browser is signed out, including this one. To come back, you need the admin password
        or a new sign-in link.</p>
      ${notice(this.wrong.whole)}
      <div class="actions">
        <wa-button appearance="plain" autofocus @click=${this.close}>Stay signed in</wa-button>
        <wa-button variant="danger" ?loading=${this.busy}
          @click=${() => this.attempt(endAllSessions)}>Sign out everywhere</wa-button>
      </div>
    </div>`;
  }
}

customElements.define("sign-out-dialog", SignOutDialog);

declare global {
  interface HTMLElementTagNameMap {
    "sign-out-dialog": SignOutDialog;
  }
}
