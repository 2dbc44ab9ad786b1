// <session-list>: who is signed in to the portal, and how to sign them out.

import { Task } from "@lit/task";
import { html } from "lit";
import type { ListedSession } from "../../../../server/schemas/session.ts";
import { endSession, listSessions } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { dateAndTime, time } from "../../parts/time.ts";
import { attempt, toast } from "../../parts/toast.ts";
import { browserName } from "./browser-name.ts";
import "./sign-out-dialog.ts";

/** @summary The sessions of the portal: when, from where and how each was signed in. */
export class SessionList extends PortalElement {
  #sessions = new Task(this, { task: listSessions, args: () => [] });

  /** Loads the list again: a revoked key ends sessions, too. */
  async reload() {
    await this.#sessions.run();
  }

  override render() {
    return html`<section class="part" aria-labelledby="sessions">
      <div class="head">
        <div>
          <h2 id="sessions" tabindex="-1">Who is signed in</h2>
          <p class="quiet">
            Every browser that is signed in to this portal. A session ends a week after its last
            use, and after 30 days at most.
          </p>
        </div>
        <wa-button appearance="outlined" @click=${this.#askEverywhere}>
          Sign out everywhere
        </wa-button>
      </div>
      <div class="card">
        ${whenLoaded(this.#sessions, ({ items }) => this.#renderSessions(items), 2)}
      </div>
      <sign-out-dialog></sign-out-dialog>
    </section>`;
  }

  #renderSessions(sessions: readonly ListedSession[]) {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Browser</th>
          <th scope="col">Network</th>
          <th scope="col">Signed in</th>
          <th scope="col">By</th>
          <th scope="col">Ends</th>
          <th scope="col"><span class="hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${sessions.map((session) => this.#renderSession(session))}
      </tbody>
    </table>`;
  }

  #renderSession(session: ListedSession) {
    const { userAgent, client, createdAt, expiresAt, current } = session;
    const browser = browserName(userAgent);
    return html`<tr>
      <td data-label="Browser"><strong title=${userAgent ?? ""}>${browser}</strong></td>
      <td data-label="Network">${client ?? html`<span class="quiet">Unknown</span>`}</td>
      <td data-label="Signed in">${time(createdAt)}</td>
      <td data-label="By">${wayOf(session)}</td>
      <td data-label="Ends">${dateAndTime(expiresAt)}</td>
      <td class="buttons">
        ${
          current
            ? html`<span class="badge good">This browser</span>`
            : html`<wa-button size="xs" appearance="plain" title="Sign out ${browser}"
                @click=${() => this.#end(session)}>
                Sign out
              </wa-button>`
        }
      </td>
    </tr>`;
  }

  #askEverywhere() {
    this.querySelector("sign-out-dialog")?.show();
  }

  async #end({ id, userAgent }: ListedSession) {
    await attempt(async () => {
      await endSession(id);
      toast(`${browserName(userAgent)} is signed out.`);
    });
    await this.reload();
    await this.updateComplete;
    // The button that had the focus is gone.
    this.querySelector<HTMLElement>("h2")?.focus();
  }
}

function wayOf({ way, key }: ListedSession): string {
  if (way === "password") return "Password";
  if (way === null) return "Unknown";
  return key ? `Link of the key ${key.name}` : "Link of the server";
}

customElements.define("session-list", SessionList);

declare global {
  interface HTMLElementTagNameMap {
    "session-list": SessionList;
  }
}
