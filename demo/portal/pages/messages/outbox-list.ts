// <outbox-list>: outbound messages, newest first, with their status and its reason.

import "./messages.css";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Message } from "../../../../server/schemas/messages.ts";
import { listMessages, type MessageFilter, type Page } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { time } from "../../parts/time.ts";
import { channelFilter, filter } from "./filters.ts";
import { messageText } from "./message-text.ts";
import { reasonWords, statuses } from "./statuses.ts";

const statusNames = Object.fromEntries(
  Object.entries(statuses).map(([status, { name }]) => [status, name]),
) as Record<Message["status"], string>;

/** @summary The outbox: everyone's, or one broadcast's or one person's, which has no filters. */
export class OutboxList extends PortalElement {
  static override properties = {
    profile: {},
    broadcast: {},
    channel: { state: true },
    status: { state: true },
    longer: { state: true },
  };

  declare profile: string | undefined;
  declare broadcast: string | undefined;
  declare private channel: Channel | undefined;
  declare private status: Message["status"] | undefined;
  declare private longer: Page<Message> | undefined;

  #messages = new Task(this, {
    args: () => [this.profile, this.broadcast, this.channel, this.status] as const,
    task: () => listMessages(this.#filter()),
    onComplete: () => {
      this.longer = undefined;
    },
  });

  /** Loads newer ones. */
  async reload() {
    await this.#messages.run();
  }

  override render() {
    return html`${this.profile === undefined ? this.#renderFilters() : nothing}
      <div class="card">${whenLoaded(
        this.#messages,
        (loaded) => this.#renderList(this.longer ?? loaded),
        4,
      )}</div>`;
  }

  #renderFilters() {
    return html`<div class="filters">
      ${channelFilter(this.channel, (channel) => {
        this.channel = channel;
      })}
      ${filter("Status", {
        names: statusNames,
        value: this.status,
        onChange: (status) => {
          this.status = status;
        },
      })}
      ${
        this.broadcast
          ? html`<p class="small"><span class="badge">One broadcast</span> <a
            href="/messages?tab=outbox" @click=${this.#all}>Show all</a></p>`
          : nothing
      }
    </div>`;
  }

  #renderList(page: Page<Message>) {
    if (page.items.length === 0) return this.#renderEmpty();
    return html`<ul class="rows">
        ${page.items.map((message) => this.#renderMessage(message))}
      </ul>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, (cursor) => listMessages({ ...this.#filter(), cursor }));
      })}`;
  }

  #renderEmpty() {
    const narrowed = this.channel ?? this.status ?? this.broadcast;
    if (narrowed)
      return html`<div class="empty" role="status"><h2>No matches</h2><p
        class="quiet">No message has this channel and status.</p></div>`;
    return html`<div class="empty">
      <h2>Nothing has been sent yet</h2>
      <p class="quiet">${this.profile ? "Messages to this person appear here" : "Replies to keywords, broadcasts and messages from the API appear here"}, with the outcome.</p>
    </div>`;
  }

  #renderMessage({
    profileId,
    confirmation,
    hidden,
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
    return html`<li class="message">
      <p class="message-head">
        ${this.profile === undefined ? recipient(profileId) : nothing}
        <span class="badge ${look}">${name}</span>
        ${reason ? html`<span class="small user-text">${reasonWords(reason)}</span>` : nothing}
      </p>
      ${confirmation && body === null ? confirmationText(title, hidden) : messageText(body, title)}
      <p class="quiet small">
        ${
          inbound
            ? "Reply"
            : confirmation
              ? "Confirmation of a form"
              : broadcast
                ? html`<a href="/broadcasts/${broadcast}">Broadcast</a>`
                : "Message"
        }${channel ? ` by ${channelNames[channel]}` : ""} · ${time(createdAt)}
      </p>
    </li>`;
  }

  #filter(): MessageFilter {
    const { profile, broadcast, channel, status } = this;
    return { profileId: profile, broadcast, channel, status };
  }

  #all() {
    this.broadcast = undefined;
  }
}

/** Shown in place of a text that holds, or held, the secret of a confirmation. */
function confirmationText(title: string | null, hidden: boolean) {
  const why = hidden
    ? "The text is not shown: whoever reads its code or link could confirm in this person’s place"
    : "The text is kept no longer than its code or link is good";
  const heading = html`<p class="user-text" dir="auto"><strong>${title}</strong></p>`;
  return html`${title ? heading : nothing}<p><em>${why}</em></p>`;
}

function recipient(profileId: string | null) {
  if (profileId === null) return html`<strong>Somebody who has not confirmed</strong>`;
  return html`<a href="/profiles/${encodeURIComponent(
    profileId,
  )}"><strong>${profileId}</strong></a>`;
}

customElements.define("outbox-list", OutboxList);
