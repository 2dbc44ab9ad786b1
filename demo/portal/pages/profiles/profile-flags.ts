// <profile-flags>: each flag of a person, why it is so and since when. A change asks for a reason.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Flag } from "../../../../server/schemas/flags.ts";
import { readFlags, setFlags } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { type Complaints, complaintsOf, focusWrong, noComplaints, valuesOf } from "../../parts/fields.ts";
import { notice, whenLoaded } from "../../parts/loading.ts";
import { time } from "../../parts/time.ts";
import { toast } from "../../parts/toast.ts";
import { sourceNames } from "./sources.ts";

/**
 * @summary The flags of one profile.
 *
 * @fires flag-set - A flag was changed.
 */
export class ProfileFlags extends PortalElement {
  static override properties = {
    profile: {},
    asked: { state: true },
    open: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  /** The id of the profile. */
  declare profile: string;
  /** The flag whose change waits for a reason. */
  declare private asked: Flag | undefined;
  declare private open: boolean;
  declare private wrong: Complaints;
  declare private busy: boolean;

  #flags = new Task(this, { task: ([id]) => readFlags(id), args: () => [this.profile] as const });

  constructor() {
    super();
    this.open = false;
    this.wrong = noComplaints;
    this.busy = false;
  }

  override render() {
    return html`<section class="part" aria-labelledby="flags">
      <h2 id="flags">Opt-in state</h2>
      <div class="card">${whenLoaded(this.#flags, ({ items }) => this.#renderFlags(items), 6)}</div>
      ${this.#renderQuestion()}
    </section>`;
  }

  #renderFlags(flags: readonly Flag[]) {
    return html`<ul class="rows">
      ${flags.map(
        (flag) => html`<li class="flag">
          <div>
            <p class="message-head"><strong>${channelNames[flag.channel]}</strong> ${state(flag.optedIn)}</p>
            <p class="quiet small">By ${sourceNames[flag.source]} · ${time(flag.since)}</p>
          </div>
          <wa-button size="s" appearance="outlined" title="Opt ${flag.optedIn ? "out of" : "in to"} ${channelNames[flag.channel]}"
            @click=${() => this.#ask(flag)}>Opt ${flag.optedIn ? "out" : "in"}</wa-button>
        </li>`,
      )}
    </ul>`;
  }

  #renderQuestion() {
    const { asked, wrong } = this;
    const name = asked ? channelNames[asked.channel] : "";
    const title = asked?.optedIn ? `Opt out of ${name}` : `Opt in to ${name}`;
    return html`<wa-dialog label=${title} ?open=${this.open} @wa-after-hide=${this.#closed}>
      ${
        asked && this.open
          ? html`<form novalidate @submit=${this.#set}>
              <p>${asked.optedIn ? "From now on no message that needs an opt-in goes out to this person here." : "Opt a person in only when they asked for it, and say how: it is kept as proof."}</p>
              <wa-input name="reason" label="Reason" autofocus maxlength="500" ?data-wrong=${wrong.at.reason !== undefined}
                hint=${wrong.at.reason ?? "Kept for good: write no phone number or address here."}></wa-input>
              ${notice(wrong.whole)}
              <div class="actions">
                <wa-button appearance="plain" @click=${this.#close}>Cancel</wa-button>
                <wa-button type="submit" variant="brand" ?loading=${this.busy}>Opt ${asked.optedIn ? "out" : "in"}</wa-button>
              </div>
            </form>`
          : nothing
      }
    </wa-dialog>`;
  }

  #ask(flag: Flag) {
    this.asked = flag;
    this.wrong = noComplaints;
    this.open = true;
  }

  async #set(event: Event) {
    event.preventDefault();
    const { asked } = this;
    if (this.busy || !asked) return;
    const form = event.target as HTMLFormElement;
    const { reason = "" } = valuesOf(form);
    this.busy = true;
    try {
      if (reason.trim() === "")
        this.wrong = { whole: undefined, at: { reason: "Say why: it is part of the proof." } };
      else await this.#keep(asked, reason.trim());
    } catch (error) {
      this.wrong = complaintsOf(error, ["reason"]);
    } finally {
      this.busy = false;
    }
    await this.updateComplete;
    focusWrong(form);
  }

  async #keep({ channel, optedIn }: Flag, reason: string) {
    await setFlags(this.profile, { [channel]: !optedIn }, reason);
    this.open = false;
    toast(`Opted ${optedIn ? "out of" : "in to"} ${channelNames[channel]}.`);
    await this.#flags.run();
    this.dispatchEvent(new Event("flag-set"));
  }

  #close() {
    this.open = false;
  }

  #closed(event: Event) {
    if (event.target === event.currentTarget) this.open = false;
  }
}

function state(optedIn: boolean) {
  return optedIn
    ? html`<span class="badge good">Opted in</span>`
    : html`<span class="badge">Opted out</span>`;
}
