// <outbox-list>: what was sent, newest first, how far it came, and why not further.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Message } from "../../../../server/schemas/messages.ts";
import { listMessages, type Page } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { time } from "../../parts/time.ts";

const statuses: Readonly<Record<Message["status"], { name: string; look: string }>> = {
  processing: { name: "On its way", look: "" },
  sent: { name: "Sent", look: "good" },
  delivered: { name: "Delivered", look: "good" },
  read: { name: "Read", look: "good" },
  failed: { name: "Failed", look: "bad" },
  expired: { name: "Expired", look: "warn" },
  filtered: { name: "Not sent", look: "warn" },
  cancelled: { name: "Cancelled", look: "" },
};

const reasons: Readonly<Record<string, string>> = {
  opted_out: "The person is opted out.",
  no_address: "The person has no address for this.",
  carrier_opted_out: "The carrier has opted this address out.",
};

/** @summary The outbox. */
export class OutboxList extends PortalElement {
  static override properties = { longer: { state: true } };

  declare private longer: Page<Message> | undefined;

  #messages = new Task(this, { task: () => listMessages(), args: () => [] });

  /** Looks for newer ones. */
  async reload() {
    await this.#messages.run();
    this.longer = undefined;
  }

  override render() {
    return html`<div class="card">${whenLoaded(this.#messages, (loaded) => this.#renderList(this.longer ?? loaded), 4)}</div>`;
  }

  #renderList(page: Page<Message>) {
    if (page.items.length === 0) {
      return html`<div class="empty">
        <h2>Nothing was sent yet</h2>
        <p class="quiet">Replies to keywords and whatever the API sends show up here, with what became of them.</p>
      </div>`;
    }
    return html`<ul class="rows">
        ${page.items.map(renderMessage)}
      </ul>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, (cursor) => listMessages({ cursor }));
      })}`;
  }
}

function renderMessage({
  profileId,
  channel,
  status,
  reason,
  title,
  body,
  createdAt,
  inbound,
  broadcast,
}: Message) {
  const { name, look } = statuses[status];
  const kind = inbound ? "Reply" : broadcast ? "Broadcast" : "Message";
  return html`<li class="message">
    <p class="message-head">
      <strong>${profileId}</strong>
      <span class="badge ${look}">${name}</span>
      ${reason ? html`<span class="small">${reasons[reason] ?? reason}</span>` : nothing}
    </p>
    ${title ? html`<p class="user-text"><strong>${title}</strong></p>` : nothing}
    <p class="user-text">${body}</p>
    <p class="quiet small">${kind}${channel ? ` by ${channelNames[channel]}` : ""} · ${time(createdAt)}</p>
  </li>`;
}
