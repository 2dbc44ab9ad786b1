// <opt-out-dialog>: opts everybody who is selected out, on some channels, for a reason.

import "../../parts/toggles.ts";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import { optOutMany } from "../../api.ts";
import { channelNames, channels } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import {
  type Complaints,
  complaintsOf,
  focusWrong,
  noComplaints,
  valuesOf,
} from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";

/** So many does one call take. */
const together = 1_000;

/**
 * @summary A dialog that opts many people out.
 *
 * @fires opted-out - They are out.
 */
export class OptOutDialog extends PortalElement {
  static override properties = {
    profileIds: { state: true },
    chosen: { state: true },
    wrong: { state: true },
    busy: { state: true },
    open: { state: true },
  };

  declare private profileIds: string[];
  declare private chosen: ReadonlySet<Channel>;
  declare private wrong: Complaints;
  declare private busy: boolean;
  declare private open: boolean;

  constructor() {
    super();
    this.profileIds = [];
    this.chosen = new Set();
    this.wrong = noComplaints;
    this.busy = false;
    this.open = false;
  }

  /** Asks on which channels, and why. */
  show(profileIds: string[]) {
    this.profileIds = profileIds;
    this.chosen = new Set(channels);
    this.wrong = noComplaints;
    this.open = true;
  }

  override render() {
    return html`<wa-dialog label="Opt ${people(this.profileIds.length)} out?" ?open=${this.open} @wa-after-hide=${this.#closed}>
      ${this.open ? this.#renderForm() : nothing}
    </wa-dialog>`;
  }

  #renderForm() {
    const { at, whole } = this.wrong;
    return html`<form novalidate @submit=${this.#optOut}>
      <fieldset class="first-flags">
        <legend>Channels</legend>
        <div class="checks">
          ${channels.map(
            (channel) =>
              html`<wa-checkbox ?checked=${this.chosen.has(channel)} @change=${(event: Event) => this.#choose(event, channel)}>${channelNames[channel]}</wa-checkbox>`,
          )}
        </div>
      </fieldset>
      <wa-textarea name="reason" label="Reason" rows="2" maxlength="500" ?data-wrong=${at.reason !== undefined}
        hint=${at.reason ?? "Part of the proof, in the history of each person. Name no one in it."}></wa-textarea>
      ${notice(whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.#cancel}>Cancel</wa-button>
        <wa-button type="submit" variant="danger" ?loading=${this.busy}>Opt out ${people(this.profileIds.length)}</wa-button>
      </div>
    </form>`;
  }

  #choose(event: Event, channel: Channel) {
    const chosen = new Set(this.chosen);
    if ((event.target as HTMLInputElement).checked) chosen.add(channel);
    else chosen.delete(channel);
    this.chosen = chosen;
  }

  async #optOut(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target as HTMLFormElement;
    const reason = valuesOf(form).reason?.trim() ?? "";
    if (this.chosen.size === 0 || reason === "") {
      const whole = this.chosen.size === 0 ? "Choose a channel at least." : undefined;
      return this.#complain(form, {
        whole,
        at: reason === "" ? { reason: "Say why: it is part of the proof." } : {},
      });
    }
    this.busy = true;
    try {
      const { changed, unchanged } = await this.#optOutAll([...this.chosen], reason);
      this.open = false;
      this.dispatchEvent(new Event("opted-out"));
      const before = unchanged > 0 ? ` ${people(unchanged)} had nothing left to opt out of.` : "";
      toast(`${people(changed)} opted out.${before}`);
    } catch (error) {
      await this.#complain(form, complaintsOf(error, ["reason"]));
    } finally {
      this.busy = false;
    }
  }

  async #optOutAll(chosen: Channel[], reason: string) {
    const sum = { changed: 0, unchanged: 0 };
    for (let start = 0; start < this.profileIds.length; start += together) {
      const profileIds = this.profileIds.slice(start, start + together);
      const { changed, unchanged } = await optOutMany({ profileIds, channels: chosen, reason });
      sum.changed += changed;
      sum.unchanged += unchanged;
    }
    return sum;
  }

  async #complain(form: HTMLFormElement, wrong: Complaints) {
    this.wrong = wrong;
    await this.updateComplete;
    focusWrong(form);
  }

  #cancel() {
    this.open = false;
  }

  #closed(event: Event) {
    if (event.target === event.currentTarget) this.open = false;
  }
}

function people(count: number): string {
  return count === 1 ? "1 person" : `${count.toLocaleString()} people`;
}

customElements.define("opt-out-dialog", OptOutDialog);

declare global {
  interface HTMLElementTagNameMap {
    "opt-out-dialog": OptOutDialog;
  }
}
