// <page-broadcasts>: Contact > Broadcast, the list.

import "./broadcasts.css";
import { Task } from "@lit/task";
import { html } from "lit";
import type { Broadcast } from "../../../../server/schemas/broadcasts.ts";
import { listBroadcasts, type Page } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { time } from "../../parts/time.ts";
import { statuses } from "./statuses.ts";

/** @summary Every broadcast, newest first. */
export class BroadcastListPage extends PortalElement {
  static override properties = { longer: { state: true } };

  /** The list after more of it was asked for. */
  declare private longer: Page<Broadcast> | undefined;

  #broadcasts = new Task(this, { task: () => listBroadcasts(), args: () => [] });

  override render() {
    return html`
      <div class="head">
        <div>
          <h1 tabindex="-1">Broadcast</h1>
          <p class="quiet">One message to many people: it goes only to those who are opted in when
            it is handed over.</p>
        </div>
        <wa-button variant="brand" href="/broadcasts/new">New broadcast</wa-button>
      </div>
      <div class="card">${whenLoaded(
        this.#broadcasts,
        (loaded) => this.#renderBroadcasts(this.longer ?? loaded),
        4,
      )}</div>`;
  }

  #renderBroadcasts(page: Page<Broadcast>) {
    if (page.items.length === 0) {
      return html`<div class="empty">
        <h2>No broadcasts yet</h2>
        <p class="quiet">Write a message, choose its audience, and see who will get it before
          anything is sent.</p>
        <wa-button variant="brand" href="/broadcasts/new">Write the first broadcast</wa-button>
      </div>`;
    }
    return html`<table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Channel</th>
            <th scope="col">Status</th>
            <th scope="col">Created</th>
            <th scope="col" class="number">Queued</th>
            <th scope="col" class="number">Sent</th>
            <th scope="col" class="number">Filtered</th>
            <th scope="col" class="number">Failed</th>
          </tr>
        </thead>
        <tbody>
          ${page.items.map(renderBroadcast)}
        </tbody>
      </table>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, listBroadcasts);
      })}`;
  }
}

function renderBroadcast({ id, name, channel, status, createdAt, counts }: Broadcast) {
  return html`<tr>
    <td data-label="Name"><a class="keyword" href="/broadcasts/${id}"><bdi>${name}</bdi></a></td>
    <td data-label="Channel">${channelNames[channel]}</td>
    <td data-label="Status"><span
      class="badge ${statuses[status].look}">${statuses[status].name}</span></td>
    <td data-label="Created">${time(createdAt)}</td>
    <td data-label="Queued" class="number">${counts.queued.toLocaleString()}</td>
    <td data-label="Sent" class="number">${counts.sent.toLocaleString()}</td>
    <td data-label="Filtered" class="number">${counts.filtered.toLocaleString()}</td>
    <td data-label="Failed" class="number">${counts.failed.toLocaleString()}</td>
  </tr>`;
}

customElements.define("page-broadcasts", BroadcastListPage);
