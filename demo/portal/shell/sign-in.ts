// <portal-sign-in>: signing in, by the password or by the link that the server printed.

import type WaInput from "@awesome.me/webawesome/dist/components/input/input.js";
import { html, nothing } from "lit";
import { signIn } from "../api.ts";
import { PortalElement } from "../parts/element.ts";
import { messageOf, notice } from "../parts/loading.ts";

/**
 * @summary Asks an admin for the password, or for one press of a button when a link brought them
 *   here.
 *
 * @fires signed-in - The browser now has a session.
 */
export class SignInPage extends PortalElement {
  static override properties = {
    byPassword: { type: Boolean, attribute: "by-password" },
    wrong: { state: true },
    busy: { state: true },
  };

  /** Whether a password can be used. */
  declare byPassword: boolean;
  declare private wrong: string | undefined;
  declare private busy: boolean;

  // A fragment reaches no server and no log, and a scanner that opens the link does not use it up.
  #token = location.pathname === "/sign-in" ? location.hash.slice(1) : "";

  constructor() {
    super();
    this.byPassword = false;
    this.busy = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    document.title = "Sign in · Opt-in Kit";
  }

  override render() {
    return html`<main class="alone">
      <form class="card sign-in" @submit=${this.#submit}>
        <p class="brand">Opt-in Kit</p>
        <h1>Sign in</h1>
        ${this.#renderWay()}
      </form>
    </main>`;
  }

  #renderWay() {
    if (!this.#token && !this.byPassword) {
      return html`<p>Open the sign-in link that the server printed when it started. It works once,
        within an hour. For a new one, run this where the server runs:</p>
        <pre class="code" tabindex="0"><code>npm run sign-in-link</code></pre>
        <p class="quiet">To sign in with a password instead, start the server with
          <code>ADMIN_PASSWORD</code> set.</p>`;
    }
    return html`
      ${
        this.#token
          ? html`<p>Your link works for one sign-in, in this browser.</p>`
          : html`<input hidden name="username" autocomplete="username" value="admin">
              <wa-input name="password" type="password" label="Password"
                autocomplete="current-password" password-toggle required autofocus></wa-input>`
      }
      ${notice(this.wrong)}
      <wa-button type="submit" variant="brand" ?loading=${this.busy}>Sign in</wa-button>
      ${
        this.#token && this.wrong && this.byPassword
          ? html`<a href="/">Use the password</a>`
          : nothing
      }`;
  }

  async #submit(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    const password = this.querySelector<WaInput>("wa-input")?.value ?? "";
    this.busy = true;
    this.wrong = undefined;
    try {
      await signIn(this.#token ? { token: this.#token } : { password });
      this.dispatchEvent(new Event("signed-in"));
    } catch (error) {
      this.wrong = messageOf(error);
      this.querySelector<WaInput>("wa-input")?.select();
    } finally {
      this.busy = false;
    }
  }
}

customElements.define("portal-sign-in", SignInPage);

declare global {
  interface HTMLElementTagNameMap {
    "portal-sign-in": SignInPage;
  }
}
