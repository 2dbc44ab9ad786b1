// <page-profile>: one person: each flag, its reason, and the whole history.

import "./profiles.css";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "./delete-profile.ts";
import "./profile-dialog.ts";
import "./profile-links.ts";
import "./profile-messages.ts";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Profile } from "../../../../server/schemas/profiles.ts";
import { readProfile } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";
import { navigate } from "../../router.ts";
import { textOf } from "./profile-draft.ts";
import "./profile-flags.ts";
import "./profile-timeline.ts";
import type { ProfileTimeline } from "./profile-timeline.ts";

/** @summary One profile. */
export class ProfilePage extends PortalElement {
  static override properties = { profile: {}, edition: { state: true } };

  /** The id of the profile. */
  declare profile: string;
  /** Changes after each edit, which may have opted the person out. */
  declare private edition: number;

  #profile = new Task(this, {
    task: ([id]) => readProfile(id),
    args: () => [this.profile] as const,
  });

  constructor() {
    super();
    this.edition = 0;
  }

  override render() {
    const { value } = this.#profile;
    return html`<p class="small"><a href="/profiles">Profiles</a></p>
      <div class="head">
        <div>
          <h1 tabindex="-1">${this.profile}</h1>
          <p class="quiet">${value ? addresses(value) : html`&nbsp;`}</p>
        </div>
        <div class="actions">
          <wa-button appearance="plain" ?disabled=${!value} @click=${this.#ask}>Delete</wa-button>
          <wa-button appearance="outlined" ?disabled=${!value} @click=${this.#edit}>Edit</wa-button>
        </div>
      </div>
      ${whenLoaded(this.#profile, (profile) => this.#renderProfile(profile), 6)}
      <profile-dialog @profile-saved=${this.#saved}></profile-dialog>
      <delete-profile profile=${this.profile} @profile-deleted=${this.#deleted}></delete-profile>`;
  }

  #renderProfile({ id, properties }: Profile) {
    return html`<div class="halves">
        <div>
          ${keyed(
            this.edition,
            html`<profile-flags profile=${id} @flags-changed=${this.#reload}></profile-flags>`,
          )}
          ${renderProperties(properties)}
          <profile-links profile=${id}></profile-links>
        </div>
        <profile-timeline profile=${id}></profile-timeline>
      </div>
      <profile-messages profile=${id}></profile-messages>`;
  }

  #reload() {
    this.querySelector<ProfileTimeline>("profile-timeline")?.reload();
  }

  #edit() {
    this.querySelector("profile-dialog")?.show(this.#profile.value);
  }

  #ask() {
    this.querySelector("delete-profile")?.show();
  }

  async #saved() {
    toast("The profile was changed.");
    await this.#profile.run();
    this.#reload();
    this.edition++;
  }

  #deleted() {
    navigate("/profiles", { replace: true });
    toast(`The profile ${this.profile} is gone.`);
  }
}

function renderProperties(properties: Record<string, unknown>) {
  const entries = Object.entries(properties);
  if (entries.length === 0) return nothing;
  return html`<section class="part" aria-labelledby="properties">
    <h2 id="properties">Properties</h2>
    <dl class="card padded properties">
      ${entries.map(
        ([name, value]) =>
          html`<dt><bdi>${name}</bdi></dt><dd class="user-text" dir="auto">${textOf(value)}</dd>`,
      )}
    </dl>
  </section>`;
}

function addresses({ phoneNumber, email, fbMessengerId }: Profile) {
  const known = [phoneNumber, email, fbMessengerId].filter((address) => address !== null);
  if (known.length === 0) return "No address";
  return known.map(
    (address, index) => html`${index > 0 ? " · " : ""}<bdi class="user-text">${address}</bdi>`,
  );
}

customElements.define("page-profile", ProfilePage);
