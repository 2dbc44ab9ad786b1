// <page-profiles>: Contact > Profiles, with a search as you type and an opt-out of the selection.

import "./new-profile.ts";
import "./opt-out-dialog.ts";
import "./profile-list.css";
import "./twin-profiles.ts";
import "../../parts/toggles.ts";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Profile } from "../../../../server/schemas/profiles.ts";
import { listProfiles, type Page } from "../../api.ts";
import { channelNames, channels } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";

/**
 * @summary Searches profiles by id, phone number, email address or property; opts a selection out.
 */
export class ProfileListPage extends PortalElement {
  static override properties = {
    search: { state: true },
    longer: { state: true },
    selected: { state: true },
  };

  declare private search: string;
  declare private longer: Page<Profile> | undefined;
  /** The ids that are ticked. */
  declare private selected: ReadonlySet<string>;

  /** The search of the previous visit. */
  #before = searchKept();

  #profiles = new Task(this, {
    args: () => [this.search] as const,
    task: ([search], { signal }) => listProfiles({ search: search || undefined }, signal),
  });

  constructor() {
    super();
    this.search = this.#before;
    this.selected = new Set();
  }

  override render() {
    return html`
      <div class="head">
        <h1 tabindex="-1">Profiles</h1>
        <div class="actions">
          <wa-button appearance="plain" href=${this.#exportAddress()} download="profiles.csv">Export
            CSV</wa-button>
          <wa-button appearance="outlined" href="/profiles/import">Import CSV</wa-button>
          <new-profile></new-profile>
        </div>
      </div>
      <wa-input class="search" type="search" label="Search" placeholder="+44 7700, ada@…, London"
        autocomplete="off" with-clear value=${this.#before}
        hint="Phone number, email address, id, or a property such as city:London." @input=${this.#type}></wa-input>
      <twin-profiles @merged=${() => this.#profiles.run()}></twin-profiles>
      <div class="card">${whenLoaded(
        this.#profiles,
        (loaded) => this.#renderProfiles(this.longer ?? loaded),
        6,
      )}</div>
      <opt-out-dialog @opted-out=${this.#optedOut}></opt-out-dialog>`;
  }

  #renderProfiles(page: Page<Profile>) {
    if (page.items.length === 0) return this.search === "" ? nobodyYet : nobodyFound(this.search);
    const ticked = page.items.filter(({ id }) => this.selected.has(id)).length;
    return html`${this.#renderSelection()}
      <table class="people">
        <thead>
          <tr>
            <td class="tick">
              <wa-checkbox ?checked=${ticked === page.items.length}
                .checked=${ticked === page.items.length}
                .indeterminate=${ticked > 0 && ticked < page.items.length}
                @change=${(event: Event) => this.#tickAll(event, page)}>
                <span class="tick-label">Select all on this page</span>
              </wa-checkbox>
            </td>
            <th scope="col">Profile</th>
            <th scope="col">Phone number</th>
            <th scope="col">Email</th>
            <th scope="col">Opted in</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            page.items,
            ({ id }) => id,
            (profile) => this.#renderProfile(profile),
          )}
        </tbody>
      </table>
      ${moreButton(page, async () => {
        const search = this.search || undefined;
        this.longer = await withNext(page, (cursor) => listProfiles({ search, cursor }));
      })}`;
  }

  /** The actions for the selection; their space is reserved, so that nothing jumps. */
  #renderSelection() {
    const count = this.selected.size;
    return html`<div class="selection" role="group" aria-label="Selection">
      <span role="status" class=${count === 0 ? "quiet" : "chosen"}>${
        count === 0 ? "Nobody selected" : `${count.toLocaleString()} selected`
      }</span>
      <div class="actions" ?hidden=${count === 0}>
        <wa-button size="s" appearance="plain" @click=${this.#clear}>Clear</wa-button>
        <wa-button size="s" appearance="outlined" @click=${this.#ask}>Opt out</wa-button>
      </div>
    </div>`;
  }

  #renderProfile({ id, phoneNumber, email, properties, optIn }: Profile) {
    const optedIn = channels.filter((channel) => optIn[channel]);
    const ticked = this.selected.has(id);
    const name = typeof properties.name === "string" ? properties.name.trim() : "";
    return html`<tr class=${ticked ? "ticked" : ""}>
      <td class="tick">
        <wa-checkbox ?checked=${ticked} .checked=${ticked}
          @change=${(event: Event) => this.#tick(event, id)}>
          <span class="tick-label">Select ${id}</span>
        </wa-checkbox>
      </td>
      <td data-label="Profile"><div class="person">
        <a class="keyword" href="/profiles/${encodeURIComponent(id)}">${id}</a>
        ${name === "" ? nothing : html`<span class="quiet small name">${name}</span>`}
      </div></td>
      <td data-label="Phone number"><span class="digits">${phoneNumber ?? "–"}</span></td>
      <td data-label="Email"><span class="keyword">${email ?? "–"}</span></td>
      <td data-label="Opted in"><div class="badges">
        ${optedIn.map((channel) => html`<span class="badge good">${channelNames[channel]}</span> `)}
        ${optedIn.length === 0 ? html`<span class="quiet">None</span>` : nothing}
      </div></td>
    </tr>`;
  }

  #exportAddress(): string {
    const query = this.search === "" ? "" : `?${new URLSearchParams({ search: this.search })}`;
    return `/v1/profiles/export${query}`;
  }

  #type(event: Event) {
    const search = ((event.target as unknown as { value: string | null }).value ?? "").trim();
    if (search === this.search) return;
    this.longer = undefined;
    this.selected = new Set();
    this.search = search;
    keepSearch(search);
  }

  #tick(event: Event, id: string) {
    const selected = new Set(this.selected);
    if ((event.target as HTMLInputElement).checked) selected.add(id);
    else selected.delete(id);
    this.selected = selected;
  }

  #tickAll(event: Event, page: Page<Profile>) {
    this.selected = new Set(
      (event.target as HTMLInputElement).checked ? page.items.map(({ id }) => id) : [],
    );
  }

  #clear() {
    this.selected = new Set();
  }

  #ask() {
    this.querySelector("opt-out-dialog")?.show([...this.selected]);
  }

  async #optedOut() {
    this.selected = new Set();
    await this.#profiles.run();
    this.longer = undefined;
  }
}

const nobodyYet = html`<div class="empty">
  <h2>No profiles yet</h2>
  <p class="quiet">A profile is made when someone uses a form, writes to you, is imported, or is
    added by the API.</p>
  <div class="actions">
    <wa-button appearance="outlined" href="/profiles/import">Import CSV</wa-button>
    <wa-button appearance="plain" href="/messages">Simulate an inbound message</wa-button>
  </div>
</div>`;

function nobodyFound(search: string) {
  return html`<div class="empty" role="status">
    <h2>Nobody found</h2>
    <p class="quiet">No phone number, email address, id or property holds “${search}”.</p>
  </div>`;
}

/** The search is stored in the history entry, not in the address: it may be somebody's number. */
function keepSearch(search: string): void {
  try {
    history.replaceState({ search }, "");
  } catch {
    // Safari limits such changes; losing one does no harm.
  }
}

function searchKept(): string {
  const { search } = (history.state ?? {}) as { search?: unknown };
  return typeof search === "string" ? search : "";
}

customElements.define("page-profiles", ProfileListPage);
