// <preset-dialog>: adds the words that people use to stop, to start and for help.

import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { PresetName } from "../../../../server/schemas/rules.ts";
import { addPreset } from "../../api.ts";
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
import { toast } from "../../parts/toast.ts";

const presets: Readonly<Record<PresetName, string>> = {
  stop: "Words to opt out: STOP, UNSUBSCRIBE, CANCEL, END, QUIT …",
  start: "Words to opt in: START, UNSTOP, JOIN …",
  help: "Words that ask for help: HELP, INFO",
};

/**
 * @summary A dialog that adds a set of ready-made rules to a channel.
 *
 * @fires rule-saved - Rules were added.
 */
export class PresetDialog extends PortalElement {
  static override properties = {
    open: { state: true },
    preset: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  declare private open: boolean;
  declare private preset: PresetName;
  declare private wrong: Complaints;
  declare private busy: boolean;

  constructor() {
    super();
    this.open = false;
    this.preset = "stop";
    this.wrong = noComplaints;
    this.busy = false;
  }

  /** Opens with the words to stop chosen. */
  show() {
    this.preset = "stop";
    this.wrong = noComplaints;
    this.open = true;
  }

  override render() {
    return html`<wa-dialog label="Add preset words" ?open=${this.open} @wa-after-hide=${this.#closed}>
      ${this.open ? this.#renderForm() : nothing}
    </wa-dialog>`;
  }

  #renderForm() {
    const { at, whole } = this.wrong;
    const names = Object.entries(presets);
    return html`<form novalidate @submit=${this.#add}>
      <wa-radio-group name="preset" label="Words" orientation="vertical" .value=${this.preset} @change=${this.#choose}>
        ${names.map(([name, words]) => html`<wa-radio value=${name}>${words}</wa-radio>`)}
      </wa-radio-group>
      ${channelField("sms")}
      <wa-textarea name="reply" label=${this.preset === "help" ? "Reply" : "Reply (optional)"} rows="2" maxlength="1600"
        ?data-wrong=${at.reply !== undefined} hint=${at.reply ?? "Sent once to the sender of any of these words."}></wa-textarea>
      ${notice(whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.#cancel}>Cancel</wa-button>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Add words</wa-button>
      </div>
    </form>`;
  }

  #choose(event: Event) {
    this.preset = (event.target as unknown as { value: PresetName }).value;
  }

  async #add(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target as HTMLFormElement;
    const { channel, reply = "" } = valuesOf(form);
    this.busy = true;
    try {
      const { added, skipped } = await addPreset({
        channel: channel as Channel,
        inbound: "*",
        preset: this.preset,
        reply: reply.trim() || null,
      });
      this.open = false;
      this.dispatchEvent(new Event("rule-saved"));
      // Two spellings of one word are one rule, which is no news to anybody.
      const before = skipped.filter(({ rule }) => !added.some(({ id }) => id === rule)).length;
      const known = before > 0 ? ` ${before} were there already.` : "";
      toast(`${added.length} rules were added.${known}`);
    } catch (error) {
      this.wrong = complaintsOf(error, ["reply"]);
      await this.updateComplete;
      focusWrong(form);
    } finally {
      this.busy = false;
    }
  }

  #cancel() {
    this.open = false;
  }

  #closed(event: Event) {
    if (event.target === event.currentTarget) this.open = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "preset-dialog": PresetDialog;
  }
}
