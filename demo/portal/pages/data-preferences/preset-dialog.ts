// <preset-dialog>: adds the words that people use to stop, to start and for help.

import { html } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { PresetName } from "../../../../server/schemas/rules.ts";
import { addPreset } from "../../api.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { channelField, valuesOf } from "../../parts/fields.ts";
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
export class PresetDialog extends DialogElement {
  static override properties = {
    preset: { state: true },
  };

  declare private preset: PresetName;

  constructor() {
    super();
    this.preset = "stop";
  }

  /** Opens with the words to stop chosen. */
  show() {
    this.preset = "stop";
    this.openEmpty();
  }

  protected override heading() {
    return "Add preset words";
  }

  protected override content() {
    const { at, whole } = this.wrong;
    const names = Object.entries(presets);
    return html`<form novalidate @submit=${this.#add}>
      <wa-radio-group name="preset" label="Words" orientation="vertical" .value=${this.preset}
        @change=${this.#choose}>
        ${names.map(([name, words]) => html`<wa-radio value=${name}>${words}</wa-radio>`)}
      </wa-radio-group>
      ${channelField("sms")}
      <wa-textarea name="reply" label=${this.preset === "help" ? "Reply" : "Reply (optional)"}
        rows="2" maxlength="1600"
        ?data-wrong=${at.reply !== undefined}
        hint=${at.reply ?? "Sent once to the sender of any of these words."}></wa-textarea>
      ${notice(whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.close}>Cancel</wa-button>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Add words</wa-button>
      </div>
    </form>`;
  }

  #choose(event: Event) {
    this.preset = (event.target as unknown as { value: PresetName }).value;
  }

  async #add(event: Event) {
    event.preventDefault();
    const { channel, reply = "" } = valuesOf(event.target as HTMLFormElement);
    await this.attempt(async () => {
      const { added, skipped } = await addPreset({
        channel: channel as Channel,
        inbound: "*",
        preset: this.preset,
        reply: reply.trim() || null,
      });
      this.close();
      this.dispatchEvent(new Event("rule-saved"));
      // Two spellings of one word are one rule, which needs no mention.
      const before = skipped.filter(({ rule }) => !added.some(({ id }) => id === rule)).length;
      const known = before > 0 ? ` ${before} existed already.` : "";
      toast(`${added.length} rules were added.${known}`);
    }, ["reply"]);
  }
}

customElements.define("preset-dialog", PresetDialog);

declare global {
  interface HTMLElementTagNameMap {
    "preset-dialog": PresetDialog;
  }
}
