// <page-profiles>: Contact > Profiles, found as one types.

import "./new-profile.ts";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Profile } from "../../../../server/schemas/profiles.ts";
import { listProfiles, type Page } from "../../api.ts";
import { channelNames, channels } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";

/** @summary Searches profiles by how an id, a phone number or an email address begins. */
export class ProfileListPage extends PortalElement {
  static override properties = { search: { state: true }, longer: { state: true } };

  declare private search: string;
  declare private longer: Page<Profile> | undefined;

  #profiles = new Task(this, {
    args: () => [this.search] as const,
    task: ([search], { signal }) => listProfiles({ search: search.trim() || undefined }, signal),
  });

  constructor() {
    super();
    this.search = "";
  }

  override render() {
    return html`
      <div class="head">
        <h1 tabindex="-1">Profiles</h1>
        <div class="actions"><new-profile></new-profile></div>
      </div>
      <wa-input class="search" type="search" label="Search" placeholder="+44 7700, ada@…, or an id" autocomplete="off" with-clear
        hint="How a phone number, an email address or an id begins." @input=${this.#type}></wa-input>
      <div class="card">${whenLoaded(this.#profiles, (loaded) => this.#renderProfiles(this.longer ?? loaded), 6)}</div>`;
  }

  #renderProfiles(page: Page<Profile>) {
    if (page.items.length === 0) {
      return this.search.trim() === ""
        ? html`<div class="empty">
            <h2>No profiles yet</h2>
            <p class="quiet">A profile is made when someone uses a form, writes to you, or is added by the API.</p>
            <wa-button appearance="outlined" href="/messages">Simulate an inbound message</wa-button>
          </div>`
        : html`<div class="empty" role="status">
            <h2>Nobody found</h2>
            <p class="quiet">Nothing begins with “${this.search.trim()}”.</p>
          </div>`;
    }
    return html`<table>
        <thead>
          <tr>
            <th scope="col">Profile</th>
            <th scope="col">Phone number</th>
            <th scope="col">Email</th>
            <th scope="col">Opted in</th>
          </tr>
        </thead>
        <tbody>
          ${page.items.map(renderProfile)}
        </tbody>
      </table>
      ${moreButton(page, async () => {
        const search = this.search.trim() || undefined;
        this.longer = await withNext(page, (cursor) => listProfiles({ search, cursor }));
      })}`;
  }

  #type(event: Event) {
    this.longer = undefined;
    this.search = (event.target as unknown as { value: string | null }).value ?? "";
  }
}

function renderProfile({ id, phoneNumber, email, optIn }: Profile) {
  const optedIn = channels.filter((channel) => optIn[channel]);
  return html`<tr>
    <td data-label="Profile"><a class="keyword" href="/profiles/${encodeURIComponent(id)}">${id}</a></td>
    <td data-label="Phone number">${phoneNumber ?? "–"}</td>
    <td data-label="Email"><span class="keyword">${email ?? "–"}</span></td>
    <td data-label="Opted in"><div class="badges">
      ${optedIn.map((channel) => html`<span class="badge good">${channelNames[channel]}</span> `)}
      ${optedIn.length === 0 ? html`<span class="quiet">None</span>` : nothing}
    </div></td>
  </tr>`;
}

customElements.define("page-profiles", ProfileListPage);
