// <rule-dialog>: creates or changes a rule.

import { html } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Rule, RuleAction, RuleBody, RuleMatch } from "../../../../server/schemas/rules.ts";
import { createRule, replaceRule } from "../../api.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { channelField, valuesOf } from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";

/**
 * @summary A dialog with the fields of a rule.
 *
 * @fires rule-saved - The rule was saved.
 */
export class RuleDialog extends DialogElement {
  static override properties = {
    rule: { state: true },
    action: { state: true },
    place: { state: true },
  };

  /** The rule that is changed; undefined for a new one. */
  declare private rule: Rule | undefined;
  declare private action: RuleAction;
  declare private place: RuleMatch;

  constructor() {
    super();
    this.action = "optOut";
    this.place = "beginning";
  }

  /** Opens with a rule's fields, or with those of a new one. */
  show(rule?: Rule) {
    this.rule = rule;
    this.action = rule?.action ?? "optOut";
    this.place = rule?.matches ?? "beginning";
    this.openEmpty();
  }

  protected override heading() {
    return this.rule ? "Edit rule" : "Add new rule";
  }

  protected override content() {
    const { rule, wrong } = this;
    const inbound = rule && rule.inbound !== "*" ? rule.inbound : "";
    return html`<form novalidate @submit=${this.#save}>
      ${channelField(rule?.channel ?? "sms")}
      <wa-input name="keyword" label="Keyword" autofocus maxlength="60"
        .value=${rule?.keyword ?? ""}
        ?data-wrong=${wrong.at.keyword !== undefined}
        hint=${wrong.at.keyword ?? "One word or more, such as STOP. Capitals, accents and punctuation do not matter."}></wa-input>
      <wa-radio-group name="matches" label="Where it must be" orientation="vertical"
        .value=${this.place} @change=${this.#place} ?hidden=${this.place === "meaning"}>
        <wa-radio value="beginning">The message begins with it</wa-radio>
        <wa-radio value="whole">It is the whole message, politeness aside</wa-radio>
      </wa-radio-group>
      <wa-input name="inbound" label="Inbound address" placeholder="Any" maxlength="200"
        .value=${inbound}
        ?data-wrong=${wrong.at.inbound !== undefined}
        hint=${wrong.at.inbound ?? "One of your numbers, short codes or addresses. Leave empty for any of them."}></wa-input>
      <wa-radio-group name="action" label="What it does" orientation="vertical"
        .value=${this.action} @change=${this.#choose}>
        <wa-radio value="optOut">Opt out</wa-radio>
        <wa-radio value="optIn">Opt in</wa-radio>
        <wa-radio value="reply">Only reply</wa-radio>
      </wa-radio-group>
      <wa-textarea name="reply" label=${this.action === "reply" ? "Reply" : "Reply (optional)"}
        rows="2" maxlength="1600"
        .value=${rule?.reply ?? ""} ?data-wrong=${wrong.at.reply !== undefined}
        hint=${wrong.at.reply ?? "Sent once to the sender when the rule acts."}></wa-textarea>
      ${notice(wrong.whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.close}>Cancel</wa-button>
        <wa-button type="submit" variant="brand"
          ?loading=${this.busy}>${rule ? "Save" : "Add rule"}</wa-button>
      </div>
    </form>`;
  }

  #choose(event: Event) {
    this.action = (event.target as unknown as { value: RuleAction }).value;
  }

  #place(event: Event) {
    this.place = (event.target as unknown as { value: RuleMatch }).value;
  }

  async #save(event: Event) {
    event.preventDefault();
    const body = this.#bodyOf(valuesOf(event.target as HTMLFormElement));
    await this.attempt(async () => {
      if (this.rule) await replaceRule(this.rule.id, body);
      else await createRule(body);
      this.close();
      this.dispatchEvent(new Event("rule-saved"));
      toast(
        this.rule
          ? `The rule ${body.keyword} was changed.`
          : `The rule ${body.keyword} was added and is in force.`,
      );
    }, ["keyword", "inbound", "reply"]);
  }

  #bodyOf({ channel, keyword = "", inbound = "", reply = "" }: Record<string, string>): RuleBody {
    return {
      channel: channel as Channel,
      keyword,
      inbound: inbound.trim() || "*",
      matches: this.place,
      action: this.action,
      reply: reply.trim() || null,
      active: this.rule?.active ?? true,
    };
  }
}

customElements.define("rule-dialog", RuleDialog);

declare global {
  interface HTMLElementTagNameMap {
    "rule-dialog": RuleDialog;
  }
}
