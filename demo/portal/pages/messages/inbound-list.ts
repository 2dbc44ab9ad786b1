// <inbound-list>: what people wrote, newest first, and what it did.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Inbound } from "../../../../server/schemas/inbounds.ts";
import { listInbounds, type Page } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { time } from "../../parts/time.ts";

/** What a message did to its sender's flag, in a badge. */
export const effects: Readonly<Record<Inbound["action"], { name: string; look: string }>> = {
  optIn: { name: "Opted in", look: "good" },
  optOut: { name: "Opted out", look: "bad" },
  reply: { name: "Replied", look: "" },
  none: { name: "No rule", look: "" },
};

/** @summary The inbound messages. */
export class InboundList extends PortalElement {
  static override properties = { longer: { state: true } };

  declare private longer: Page<Inbound> | undefined;

  #inbounds = new Task(this, { task: () => listInbounds(), args: () => [] });

  /** Looks for newer ones. */
  async reload() {
    await this.#inbounds.run();
    this.longer = undefined;
  }

  override render() {
    return html`<div class="card">${whenLoaded(this.#inbounds, (loaded) => this.#renderList(this.longer ?? loaded), 4)}</div>`;
  }

  #renderList(page: Page<Inbound>) {
    if (page.items.length === 0) {
      return html`<div class="empty">
        <h2>Nothing has come in yet</h2>
        <p class="quiet">Write STOP as a made-up phone would, and see what it does.</p>
      </div>`;
    }
    return html`<ul class="rows">
        ${page.items.map(renderInbound)}
      </ul>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, (cursor) => listInbounds({ cursor }));
      })}`;
  }
}

function renderInbound({ from, to, body, channel, action, receivedAt, reply }: Inbound) {
  const { name, look } = effects[action];
  return html`<li class="message">
    <p class="message-head">
      <strong>${from}</strong>
      <span class="badge ${look}">${name}</span>
      ${reply ? html`<span class="badge">Reply queued</span>` : nothing}
    </p>
    <p class="user-text">${body === "" ? html`<em>No text</em>` : body}</p>
    <p class="quiet small">${channelNames[channel]} to ${to} · ${time(receivedAt)}</p>
  </li>`;
}
