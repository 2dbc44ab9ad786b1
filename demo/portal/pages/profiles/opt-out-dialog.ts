// <opt-out-dialog>: opts out everybody who is selected, on some channels, for a reason.

import "../../parts/toggles.ts";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import { optOutMany } from "../../api.ts";
import { channelNames, channels } from "../../channels.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { valuesOf } from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";

/** The most people that one call takes. */
const batchSize = 1_000;

/**
 * @summary A dialog that opts many people out.
 *
 * @fires opted-out - The people were opted out.
 */
export class OptOutDialog extends DialogElement {
  static override properties = {
    profileIds: { state: true },
    chosen: { state: true },
  };

  declare private profileIds: string[];
  declare private chosen: ReadonlySet<Channel>;

  constructor() {
    super();
    this.profileIds = [];
    this.chosen = new Set();
  }

  /** Asks for the channels and the reason. */
  show(profileIds: string[]) {
    this.profileIds = profileIds;
    this.chosen = new Set(channels);
    this.openEmpty();
  }

  protected override heading() {
    return `Opt ${people(this.profileIds.length)} out?`;
  }

  protected override content() {
    const { at, whole } = this.wrong;
    return html`<form novalidate @submit=${this.#optOut}>
      <fieldset class="first-flags">
        <legend>Channels</legend>
        <div class="checks">
          ${channels.map(
            (channel) =>
              html`<wa-checkbox ?checked=${this.chosen.has(channel)}
                @change=${(event: Event) =>
                  this.#choose(event, channel)}>${channelNames[channel]}</wa-checkbox>`,
          )}
        </div>
      </fieldset>
      <wa-textarea name="reason" label="Reason" rows="2" maxlength="500"
        ?data-wrong=${at.reason !== undefined}
        hint=${at.reason ?? "Part of the proof, in each person's history. Do not name anyone in it."}></wa-textarea>
      ${notice(whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.close}>Cancel</wa-button>
        <wa-button type="submit" variant="danger" ?loading=${this.busy}>Opt out
          ${people(this.profileIds.length)}</wa-button>
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
    const reason = valuesOf(event.target as HTMLFormElement).reason?.trim() ?? "";
    if (this.chosen.size === 0 || reason === "") {
      return this.complain({
        whole: this.chosen.size === 0 ? "Choose at least one channel." : undefined,
        at: reason === "" ? { reason: "Say why: it is part of the proof." } : {},
      });
    }
    await this.attempt(async () => {
      const { changed, unchanged } = await this.#optOutAll([...this.chosen], reason);
      this.close();
      this.dispatchEvent(new Event("opted-out"));
      const before = unchanged > 0 ? ` ${people(unchanged)} had nothing left to opt out of.` : "";
      toast(`${people(changed)} opted out.${before}`);
    }, ["reason"]);
  }

  async #optOutAll(chosen: Channel[], reason: string) {
    const sum = { changed: 0, unchanged: 0 };
    for (let start = 0; start < this.profileIds.length; start += batchSize) {
      const profileIds = this.profileIds.slice(start, start + batchSize);
      const { changed, unchanged } = await optOutMany({ profileIds, channels: chosen, reason });
      sum.changed += changed;
      sum.unchanged += unchanged;
    }
    return sum;
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
