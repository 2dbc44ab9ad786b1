// <default-switches>: Opt-in management, the flag that new profiles start with.

import type WaSwitch from "@awesome.me/webawesome/dist/components/switch/switch.js";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { EveryOptIn } from "../../../../server/schemas/flags.ts";
import { readDefaults, setDefaults } from "../../api.ts";
import { channelNames, channels } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { messageOf, whenLoaded } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";

/** @summary A switch for each channel's default, saved at once. */
export class DefaultSwitches extends PortalElement {
  static override properties = { changed: { state: true } };

  /** What was set since it was loaded. */
  declare private changed: EveryOptIn | undefined;

  #defaults = new Task(this, { task: readDefaults, args: () => [] });

  override render() {
    return html`<section class="part" aria-labelledby="opt-in-management">
      <div class="head">
        <div>
          <h2 id="opt-in-management">Opt-in management</h2>
          <p class="quiet">What a new profile starts with on each channel. Profiles that exist keep
            the flags they have.</p>
        </div>
      </div>
      <div class="card">${whenLoaded(
        this.#defaults,
        (loaded) => this.#renderSwitches(this.changed ?? loaded),
        6,
      )}</div>
    </section>`;
  }

  #renderSwitches(defaults: EveryOptIn) {
    return html`<ul class="rows switches">
      ${channels.map(
        (channel) => html`<li>
          <wa-switch .checked=${defaults[channel]}
            @change=${(event: Event) => this.#set(channel, event.target as WaSwitch)}>
            ${channelNames[channel]}
          </wa-switch>
          <span class="quiet small">New profiles start opted
            ${defaults[channel] ? "in" : "out"}</span>
          ${defaults[channel] ? lawNote : nothing}
        </li>`,
      )}
    </ul>`;
  }

  async #set(channel: Channel, control: WaSwitch) {
    const optedIn = control.checked;
    const state = (value: boolean) => (value ? "in" : "out");
    try {
      this.changed = await setDefaults({ [channel]: optedIn });
      toast(`${channelNames[channel]}: new profiles start opted ${state(optedIn)}.`, {
        undo: async () => {
          this.changed = await setDefaults({ [channel]: !optedIn });
          toast(`${channelNames[channel]}: new profiles start opted ${state(!optedIn)}.`);
        },
      });
    } catch (error) {
      control.checked = !optedIn;
      toast(messageOf(error), { variant: "danger" });
    }
  }
}

const lawNote = html`<p class="small law">
  A default is not consent. In the EU, the UK, Canada, the US and many other places, marketing
    messages need consent that the person gave. Leave this off unless you have it, or send only what
    people need, such as receipts.
</p>`;

customElements.define("default-switches", DefaultSwitches);
