// <no-opt-out-words>: says on which channels nobody can opt out by replying to a message.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Channel } from "../../../server/schemas/channels.ts";
import { countOptOutWords } from "../api.ts";
import { channelNames } from "../channels.ts";
import { PortalElement } from "./element.ts";

/** @summary A warning for each channel without a word that opts out; of one channel where asked. */
export class NoOptOutWords extends PortalElement {
  static override properties = { channel: {} };

  declare channel: Channel | undefined;

  #words = new Task(this, { task: countOptOutWords, args: () => [] });

  /** Counts again. */
  reload() {
    return this.#words.run();
  }

  override render() {
    const without = Object.entries(this.#words.value ?? {})
      .filter(([channel, words]) => words === 0 && (this.channel ?? channel) === channel)
      .map(([channel]) => channelNames[channel as Channel]);
    if (without.length === 0) return nothing;
    return html`<wa-callout variant="warning" class="part" role="status">
      <p>Nobody can opt out by replying on ${without.join(", ")}: no active rule opts out there.
        <a href="/data-preferences">Add STOP and other words</a>.</p>
    </wa-callout>`;
  }
}

customElements.define("no-opt-out-words", NoOptOutWords);

declare global {
  interface HTMLElementTagNameMap {
    "no-opt-out-words": NoOptOutWords;
  }
}
