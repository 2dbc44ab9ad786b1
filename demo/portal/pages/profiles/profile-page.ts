// <page-profile>: one person: each flag and why it is so, and everything that led there.

import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Profile } from "../../../../server/schemas/profiles.ts";
import { readProfile } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { ProfileFlags } from "./profile-flags.ts";
import { ProfileTimeline } from "./profile-timeline.ts";

/** @summary One profile. */
export class ProfilePage extends PortalElement {
  static override properties = { profile: {} };

  /** The id of the profile. */
  declare profile: string;

  #profile = new Task(this, { task: ([id]) => readProfile(id), args: () => [this.profile] as const });

  override render() {
    return html`<p class="small"><a href="/profiles">Profiles</a></p>
      <div class="head">
        <div>
          <h1 tabindex="-1">${this.profile}</h1>
          ${this.#profile.value ? html`<p class="quiet">${addresses(this.#profile.value)}</p>` : nothing}
        </div>
      </div>
      ${whenLoaded(this.#profile, (profile) => this.#renderProfile(profile), 6)}`;
  }

  #renderProfile({ id, properties }: Profile) {
    const entries = Object.entries(properties);
    return html`<div class="halves">
      <div>
        <profile-flags profile=${id} @flag-set=${this.#reload}></profile-flags>
        ${
          entries.length === 0
            ? nothing
            : html`<section class="part" aria-labelledby="properties">
                <h2 id="properties">Properties</h2>
                <dl class="card padded properties">
                  ${entries.map(([name, value]) => html`<dt>${name}</dt><dd class="user-text">${typeof value === "string" ? value : JSON.stringify(value)}</dd>`)}
                </dl>
              </section>`
        }
      </div>
      <profile-timeline profile=${id}></profile-timeline>
    </div>`;
  }

  #reload() {
    this.querySelector<ProfileTimeline>("profile-timeline")?.reload();
  }
}

function addresses({ phoneNumber, email, fbMessengerId }: Profile): string {
  return [phoneNumber, email, fbMessengerId].filter(Boolean).join(" · ") || "No address";
}

customElements.define("profile-flags", ProfileFlags);
customElements.define("profile-timeline", ProfileTimeline);
customElements.define("page-profile", ProfilePage);
