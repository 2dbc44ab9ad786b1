// <waiting-count>: how many likely opt-outs wait for a person, in the menu and on Home.

import { html, nothing } from "lit";
import type { InboundsWaiting } from "../../../server/schemas/inbounds.ts";
import { countWaiting } from "../api.ts";
import { PortalElement } from "./element.ts";
import { time } from "./time.ts";

/** Fired at the window when one of them was decided. */
export const waitingChanged = "portal-waiting-changed";

/** @summary The number in the menu; with `in-words` a line that leads to them. */
export class WaitingCount extends PortalElement {
  static override properties = {
    inWords: { type: Boolean, attribute: "in-words" },
    waiting: { state: true },
  };

  declare inWords: boolean;
  declare private waiting: InboundsWaiting | undefined;

  constructor() {
    super();
    this.inWords = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    window.addEventListener(waitingChanged, this.#count);
    this.#count();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener(waitingChanged, this.#count);
  }

  override render() {
    const { likely = 0, unmatched = 0, oldest = null } = this.waiting ?? {};
    const count = likely + unmatched;
    if (count === 0) return nothing;
    if (!this.inWords) {
      return html`<span class="badge warn">${count}<span class="hidden"> likely
        opt-outs wait</span></span>`;
    }
    const waits = count === 1 ? "opt-out waits" : "opt-outs wait";
    return html`<wa-callout variant="warning" class="part" role="status">
      <p><a href="/messages?tab=likely">${count} likely ${waits}</a> for your decision.
        ${oldest ? html`The oldest came ${time(oldest)}.` : nothing}</p>
    </wa-callout>`;
  }

  /** A number that could not be read is shown nowhere. */
  #count = async () => {
    this.waiting = await countWaiting().catch(() => undefined);
  };
}

customElements.define("waiting-count", WaitingCount);

declare global {
  interface HTMLElementTagNameMap {
    "waiting-count": WaitingCount;
  }
}
