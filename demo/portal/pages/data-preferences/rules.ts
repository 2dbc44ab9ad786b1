// <rule-table>: Opt-out management, the words that opt people in and out.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Rule, RuleAction, RuleBody } from "../../../../server/schemas/rules.ts";
import { createRule, deleteRule, listRules, replaceRule } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { attempt, toast } from "../../parts/toast.ts";
import type { PresetDialog } from "./preset-dialog.ts";
import type { RuleDialog } from "./rule-dialog.ts";

/** What a rule does, as a badge. */
export const actionNames: Readonly<Record<RuleAction, { name: string; look: string }>> = {
  optIn: { name: "Opt in", look: "good" },
  optOut: { name: "Opt out", look: "bad" },
  reply: { name: "Reply", look: "" },
};

/** @summary The keyword rules: add, edit, pause, delete, with the tester next to them. */
export class RuleTable extends PortalElement {
  #rules = new Task(this, { task: everyRule, args: () => [] });

  override render() {
    return html`<section class="part" aria-labelledby="opt-out-management">
      <div class="head">
        <div>
          <h2 id="opt-out-management">Opt-out management</h2>
          <p class="quiet">When someone sends you a message that begins with one of these words, in
            any spelling, the rule acts at once.</p>
        </div>
        <div class="actions">
          <wa-button appearance="outlined" @click=${this.#openPresets}>Add preset words</wa-button>
          <wa-button variant="brand" @click=${() => this.#open()}>Add new rule</wa-button>
        </div>
      </div>
      <div class="beside">
        <div class="card">${whenLoaded(this.#rules, (rules) => this.#renderRules(rules), 4)}</div>
        <rule-tester .rules=${this.#rules.value ?? []}></rule-tester>
      </div>
      <rule-dialog @rule-saved=${this.#reload}></rule-dialog>
      <preset-dialog @rule-saved=${this.#reload}></preset-dialog>
    </section>`;
  }

  #renderRules(rules: readonly Rule[]) {
    if (rules.length === 0) {
      return html`<div class="empty">
        <h3>No rules yet</h3>
        <p class="quiet">Without a rule, nobody can opt out by replying to a message. The usual
          words, such as STOP, are ready to add.</p>
        <wa-button appearance="outlined" @click=${this.#openPresets}>Add STOP and other
          words</wa-button>
      </div>`;
    }
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Keyword</th>
          <th scope="col">Channel</th>
          <th scope="col">What it does</th>
          <th scope="col"><span class="hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${rules.map((rule) => this.#renderRule(rule, rules))}
      </tbody>
    </table>`;
  }

  #renderRule(rule: Rule, rules: readonly Rule[]) {
    const { keyword, channel, inbound, action, reply, active, conflicts } = rule;
    const { name, look } = actionNames[action];
    const named = (verb: string) => `${verb} the rule ${keyword} on ${channelNames[channel]}`;
    const others = [...new Set(conflicts.map(({ detail }) => detail))];
    return html`<tr class=${active ? "" : "off"}>
      <td data-label="Keyword"><div class="keyword">
        <strong>${keyword}</strong> ${active ? nothing : html`<span class="badge">Paused</span>`}
      </div></td>
      <td data-label="Channel"><div>
        ${channelNames[channel]}
          ${inbound === "*" ? nothing : html`<p class="quiet small">on ${inbound}</p>`}
      </div></td>
      <td data-label="What it does">
        <div>
          <span class="badge ${look}">${name}</span>
          ${reply ? html`<p class="quiet small user-text">“${reply}”</p>` : nothing}
          ${others.map((detail) => html`<p class="conflict small">${detail}</p>`)}
        </div>
      </td>
      <td class="buttons">
        <wa-button size="xs" appearance="plain" title=${named("Edit")}
          @click=${() => this.#open(rule)}>Edit</wa-button>
        <wa-button size="xs" appearance="plain" title=${named(active ? "Pause" : "Resume")}
          @click=${() => this.#pause(rule)}>
          ${active ? "Pause" : "Resume"}
        </wa-button>
        <wa-button size="xs" appearance="plain" title=${named("Delete")}
          @click=${() => this.#delete(rule, rules)}>Delete</wa-button>
      </td>
    </tr>`;
  }

  #open(rule?: Rule) {
    this.querySelector<RuleDialog>("rule-dialog")?.show(rule);
  }

  #openPresets() {
    this.querySelector<PresetDialog>("preset-dialog")?.show();
  }

  #pause(rule: Rule) {
    attempt(async () => {
      await replaceRule(rule.id, { ...bodyOf(rule), active: !rule.active });
      await this.#reload();
      toast(`The rule ${rule.keyword} ${rule.active ? "is paused" : "is active again"}.`, {
        undo: async () => {
          await replaceRule(rule.id, bodyOf(rule));
          await this.#reload();
        },
      });
    });
  }

  #delete(rule: Rule, rules: readonly Rule[]) {
    attempt(async () => {
      await deleteRule(rule.id);
      await this.#reload();
      // The button that had the focus is gone.
      const next = rules.length > 1 ? ".buttons wa-button" : ".actions wa-button";
      this.querySelector<HTMLElement>(next)?.focus();
      toast(`The rule ${rule.keyword} was deleted.`, {
        undo: async () => {
          await createRule(bodyOf(rule));
          await this.#reload();
        },
      });
    });
  }

  async #reload() {
    await this.#rules.run();
  }
}

async function everyRule(): Promise<Rule[]> {
  const rules: Rule[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRules(cursor);
    rules.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rules;
}

function bodyOf({ channel, inbound, keyword, action, reply, active }: Rule): RuleBody {
  return { channel, inbound, keyword, action, reply, active };
}

customElements.define("rule-table", RuleTable);
