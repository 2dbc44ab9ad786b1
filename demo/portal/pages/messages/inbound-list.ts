// <inbound-list>: inbound messages, newest first, and their effect.

import "./messages.css";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Inbound } from "../../../../server/schemas/inbounds.ts";
import { type InboundFilter, listInbounds, type Page } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { time } from "../../parts/time.ts";
import { channelFilter } from "./filters.ts";
import { messageText } from "./message-text.ts";

/** A message's effect on its sender's flag, as a badge. */
export const effects: Readonly<Record<Inbound["action"], { name: string; look: string }>> = {
  optIn: { name: "Opted in", look: "good" },
  optOut: { name: "Opted out", look: "bad" },
  reply: { name: "Replied", look: "" },
  none: { name: "No rule", look: "" },
};

/** @summary The inbound messages: everyone's, or one person's. */
export class InboundList extends PortalElement {
  static override properties = { profile: {}, channel: { state: true }, longer: { state: true } };

  declare profile: string | undefined;
  declare private channel: Channel | undefined;
  declare private longer: Page<Inbound> | undefined;

  #inbounds = new Task(this, {
    args: () => [this.profile, this.channel] as const,
    task: () => listInbounds(this.#filter()),
    onComplete: () => {
      this.longer = undefined;
    },
  });

  /** Loads newer ones. */
  async reload() {
    await this.#inbounds.run();
  }

  override render() {
    return html`${this.profile === undefined ? this.#renderFilters() : nothing}
      <div class="card">${whenLoaded(
        this.#inbounds,
        (loaded) => this.#renderList(this.longer ?? loaded),
        4,
      )}</div>`;
  }

  #renderFilters() {
    return html`<div class="filters">
      ${channelFilter(this.channel, (channel) => {
        this.channel = channel;
      })}
    </div>`;
  }

  #renderList(page: Page<Inbound>) {
    if (page.items.length === 0) {
      return html`<div class="empty">
        <h2>Nothing has come in yet</h2>
        <p class="quiet">${
          this.profile
            ? "Messages from this person appear here, with their effect."
            : "Send STOP from a made-up phone and see what happens."
        }</p>
      </div>`;
    }
    return html`<ul class="rows">
        ${page.items.map((inbound) => this.#renderInbound(inbound))}
      </ul>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, (cursor) => listInbounds({ ...this.#filter(), cursor }));
      })}`;
  }

  #renderInbound(inbound: Inbound) {
    const { from, to, body, channel, action, receivedAt, reply, profileId, session } = inbound;
    const { name, look } = effects[action];
    const waits = inbound.review === "likely" && inbound.answer === null;
    const linked = this.profile === undefined && profileId !== null;
    return html`<li class="message">
      <p class="message-head">
        ${
          linked
            ? html`<a href="/profiles/${encodeURIComponent(profileId)}"><strong><bdi>${from}</bdi></strong></a>`
            : html`<strong><bdi>${from}</bdi></strong>`
        }
        <span class="badge ${look}">${name}</span>
        ${waits ? html`<span class="badge warn">Likely opt-out</span>` : nothing}
        ${reply ? html`<span class="badge">Reply ${session ? "kept" : "queued"}</span>` : nothing}
        ${session ? html`<span class="badge warn">Simulated</span>` : nothing}
      </p>
      ${messageText(body)}
      <p class="quiet small">${channelNames[channel]} to <bdi class="user-text">${to}</bdi> ·
        ${time(receivedAt)}</p>
    </li>`;
  }

  #filter(): InboundFilter {
    return { profileId: this.profile, channel: this.channel };
  }
}

customElements.define("inbound-list", InboundList);
