// <message-simulator>: writes as a made-up person. Its effect is real: it creates the profile and
// sets the flag.

import { html } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Inbound } from "../../../../server/schemas/inbounds.ts";
import { receiveMessage } from "../../api.ts";
import { channelNames, madeUpAddresses } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import {
  type Complaints,
  channelField,
  complaintsOf,
  focusWrong,
  noComplaints,
  valuesOf,
} from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";

/**
 * @summary Simulates an inbound message.
 *
 * @fires message-received - The server has processed the message.
 */
export class MessageSimulator extends PortalElement {
  static override properties = {
    channel: { state: true },
    done: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  declare private channel: Channel;
  /** The effect of the last message. */
  declare private done: Inbound | undefined;
  declare private wrong: Complaints;
  declare private busy: boolean;

  constructor() {
    super();
    this.channel = "sms";
    this.wrong = noComplaints;
    this.busy = false;
  }

  override render() {
    const { from, to } = madeUpAddresses(this.channel);
    return html`<form class="card padded stack" aria-labelledby="simulator" novalidate
      @submit=${this.#send}>
      <div>
        <h2 id="simulator">Simulate an inbound message</h2>
        <p class="quiet small">As if this person had written to you. Their flag changes for real,
          and the event says that you simulated it. The reply stays in the outbox.</p>
      </div>
      ${channelField(this.channel, { onChange: this.#choose })}
      ${this.#renderInput("from", "From", from)} ${this.#renderInput("to", "To", to)}
      ${this.#renderInput("body", "Message", "STOP")}
      ${notice(this.wrong.whole)}
      <wa-button type="submit" variant="brand" ?loading=${this.busy}>Send</wa-button>
      <div role="status" class="verdict">${
        this.done ? outcome(this.done) : html`<p class="quiet small">The result appears here.</p>`
      }</div>
    </form>`;
  }

  #renderInput(name: string, label: string, value: string) {
    const complaint = this.wrong.at[name];
    return html`<wa-input name=${name} label=${label} autocomplete="off" .value=${value}
      ?data-wrong=${complaint !== undefined} hint=${complaint ?? ""}></wa-input>`;
  }

  #choose = (event: Event) => {
    this.channel = (event.target as unknown as { value: Channel }).value;
  };

  async #send(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    const { from = "", to = "", body = "" } = valuesOf(this);
    this.busy = true;
    this.wrong = noComplaints;
    try {
      this.done = await receiveMessage({ channel: this.channel, from, to, body });
      this.dispatchEvent(new Event("message-received"));
    } catch (error) {
      this.done = undefined;
      this.wrong = complaintsOf(error, ["from", "to", "body"]);
      await this.updateComplete;
      focusWrong(this);
    } finally {
      this.busy = false;
    }
  }
}

const stopped =
  "The flag stays as it is: the person or their carrier opted out.  " +
  "Only the person's own message can change that.";

function outcome({ from, channel, action, reply, event }: Inbound) {
  const name = channelNames[channel];
  const replied = reply ? " The reply is in the outbox and is sent to nobody." : "";
  const kept = event === null && (action === "optIn" || action === "optOut");
  const words = {
    optIn: `${from} is now opted in on ${name}.`,
    optOut: `${from} is now opted out on ${name}.`,
    reply: "No flag changes.",
    none: "The message begins with no keyword, so no flag changes.",
  };
  return html`<p>${kept ? stopped : words[action]}${replied}</p>
    ${
      action === "none"
        ? html`<p class="small"><a href="/data-preferences">Add a rule in Data Preferences</a></p>`
        : ""
    }`;
}

customElements.define("message-simulator", MessageSimulator);
