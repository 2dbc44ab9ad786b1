// <rule-dialog>: makes or changes one rule.

import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Rule, RuleAction, RuleBody } from "../../../../server/schemas/rules.ts";
import { createRule, replaceRule } from "../../api.ts";
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

/**
 * @summary A dialog with the fields of a rule.
 *
 * @fires rule-saved - The rule stands.
 */
export class RuleDialog extends PortalElement {
  static override properties = {
    open: { state: true },
    rule: { state: true },
    action: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  declare private open: boolean;
  /** The rule that is changed; undefined for a new one. */
  declare private rule: Rule | undefined;
  declare private action: RuleAction;
  declare private wrong: Complaints;
  declare private busy: boolean;

  constructor() {
    super();
    this.open = false;
    this.action = "optOut";
    this.wrong = noComplaints;
    this.busy = false;
  }

  /** Opens with a rule's fields, or with those of a new one. */
  show(rule?: Rule) {
    this.rule = rule;
    this.action = rule?.action ?? "optOut";
    this.wrong = noComplaints;
    this.open = true;
  }

  override render() {
    const title = this.rule ? "Edit rule" : "Add new rule";
    return html`<wa-dialog label=${title} ?open=${this.open} @wa-after-hide=${this.#closed}>
      ${this.open ? this.#renderForm() : nothing}
    </wa-dialog>`;
  }

  #renderForm() {
    const { rule, wrong } = this;
    const inbound = rule && rule.inbound !== "*" ? rule.inbound : "";
    return html`<form novalidate @submit=${this.#save}>
      ${channelField(rule?.channel ?? "sms")}
      <wa-input name="keyword" label="Keyword" autofocus maxlength="60" .value=${rule?.keyword ?? ""}
        ?data-wrong=${wrong.at.keyword !== undefined}
        hint=${wrong.at.keyword ?? "The first word or words of a message, such as STOP. Capitals, accents and punctuation do not matter."}></wa-input>
      <wa-input name="inbound" label="Inbound address" placeholder="Any" maxlength="200" .value=${inbound}
        ?data-wrong=${wrong.at.inbound !== undefined}
        hint=${wrong.at.inbound ?? "A number, short code or address of yours. Left empty: any of them."}></wa-input>
      <wa-radio-group name="action" label="What it does" orientation="vertical" .value=${this.action} @change=${this.#choose}>
        <wa-radio value="optOut">Opt out</wa-radio>
        <wa-radio value="optIn">Opt in</wa-radio>
        <wa-radio value="reply">Only reply</wa-radio>
      </wa-radio-group>
      <wa-textarea name="reply" label=${this.action === "reply" ? "Reply" : "Reply (optional)"} rows="2" maxlength="1600"
        .value=${rule?.reply ?? ""} ?data-wrong=${wrong.at.reply !== undefined}
        hint=${wrong.at.reply ?? "Sent once to the sender when the rule acts."}></wa-textarea>
      ${notice(wrong.whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.#cancel}>Cancel</wa-button>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>${rule ? "Save" : "Add rule"}</wa-button>
      </div>
    </form>`;
  }

  #choose(event: Event) {
    this.action = (event.target as unknown as { value: RuleAction }).value;
  }

  async #save(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target as HTMLFormElement;
    const body = this.#bodyOf(valuesOf(form));
    this.busy = true;
    try {
      if (this.rule) await replaceRule(this.rule.id, body);
      else await createRule(body);
      this.open = false;
      this.dispatchEvent(new Event("rule-saved"));
      toast(
        this.rule
          ? `The rule ${body.keyword} was changed.`
          : `The rule ${body.keyword} was added. It acts from now on.`,
      );
    } catch (error) {
      this.wrong = complaintsOf(error, ["keyword", "inbound", "reply"]);
      await this.updateComplete;
      focusWrong(form);
    } finally {
      this.busy = false;
    }
  }

  #bodyOf({ channel, keyword = "", inbound = "", reply = "" }: Record<string, string>): RuleBody {
    return {
      channel: channel as Channel,
      keyword,
      inbound: inbound.trim() || "*",
      action: this.action,
      reply: reply.trim() || null,
      active: this.rule?.active ?? true,
    };
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
    "rule-dialog": RuleDialog;
  }
}
