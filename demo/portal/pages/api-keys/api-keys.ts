// <page-keys>: My Account > API keys.

import "./api-keys.css";
import "../../parts/toggles.ts";
import "@awesome.me/webawesome/dist/components/copy-button/copy-button.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { Task } from "@lit/task";
import { html } from "lit";
import type { Key } from "../../../../server/schemas/keys.ts";
import { listKeys } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { time } from "../../parts/time.ts";
import "./key-dialog.ts";
import "./revoke-dialog.ts";
import "./session-list.ts";
import type { KeyDialog } from "./key-dialog.ts";
import type { RevokeDialog } from "./revoke-dialog.ts";
import { scopeTexts } from "./scopes.ts";

/** @summary The keys by which software calls the API: create, see, revoke. */
export class KeysPage extends PortalElement {
  #keys = new Task(this, { task: listKeys, args: () => [] });

  override render() {
    return html`
      <div class="head">
        <div>
          <h1 tabindex="-1">API keys</h1>
          <p class="quiet">Your software calls the API with a key. Give each program its own, with
            no more scopes than it needs.</p>
        </div>
        <wa-button variant="brand" @click=${this.#create}>Create key</wa-button>
      </div>
      <div class="card">${whenLoaded(this.#keys, ({ items }) => this.#renderKeys(items), 4)}</div>
      <session-list></session-list>
      <key-dialog @key-made=${this.#reload}></key-dialog>
      <revoke-dialog @key-revoked=${this.#revoked}></revoke-dialog>`;
  }

  #renderKeys(keys: readonly Key[]) {
    if (keys.length === 0) {
      return html`<div class="empty">
        <h2>No keys yet</h2>
        <p class="quiet">Create one for the program that sends your messages.</p>
        <wa-button appearance="outlined" @click=${this.#create}>Create the first key</wa-button>
      </div>`;
    }
    // Revoked keys come last.
    const sorted = [...keys].sort(
      (a, b) => Number(a.revokedAt !== null) - Number(b.revokedAt !== null),
    );
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Scopes</th>
          <th scope="col">Created</th>
          <th scope="col">Last used</th>
          <th scope="col"><span class="hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${sorted.map((key) => this.#renderKey(key))}
      </tbody>
    </table>`;
  }

  #renderKey(key: Key) {
    const { name, scopes, createdAt, lastUsedAt, revokedAt } = key;
    return html`<tr class=${revokedAt ? "off" : ""}>
      <td data-label="Name"><div class="keyword"><strong>${name}</strong></div></td>
      <td data-label="Scopes"><div class="badges">
        ${scopes.map(
          (scope) => html`<span class="badge" title=${scope}>${scopeTexts[scope].name}</span> `,
        )}
      </div></td>
      <td data-label="Created">${time(createdAt)}</td>
      <td data-label="Last used">${
        lastUsedAt ? time(lastUsedAt) : html`<span class="quiet">Never</span>`
      }</td>
      <td class="buttons">
        ${
          revokedAt
            ? html`<span class="badge">Revoked</span>`
            : html`<wa-button size="xs" appearance="plain" title="Revoke the key ${name}"
              @click=${() => this.#revoke(key)}>
                Revoke
              </wa-button>`
        }
      </td>
    </tr>`;
  }

  #create() {
    this.querySelector<KeyDialog>("key-dialog")?.show();
  }

  #revoke(key: Key) {
    this.querySelector<RevokeDialog>("revoke-dialog")?.show(key);
  }

  async #revoked() {
    await this.#reload();
    await this.querySelector("session-list")?.reload();
    await this.updateComplete;
    // The button that had the focus is gone.
    this.querySelector<HTMLElement>("h1")?.focus();
  }

  async #reload() {
    await this.#keys.run();
  }
}

customElements.define("page-keys", KeysPage);
