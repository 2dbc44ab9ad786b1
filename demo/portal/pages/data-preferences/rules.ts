// <rule-table>: Opt-out management, the words that opt people in and out.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Rule, RuleBody } from "../../../../server/schemas/rules.ts";
import {
  addPreset,
  changePreset,
  countOptOutWords,
  createRule,
  deletePreset,
  deleteRule,
  listRules,
  replaceRule,
} from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { attempt, toast } from "../../parts/toast.ts";
import { actionNames } from "./action-names.ts";
import type { PresetDialog } from "./preset-dialog.ts";
import type { RuleDialog } from "./rule-dialog.ts";
import { presetTitles, type RuleSet, renderSet, setsOf } from "./rule-sets.ts";

/** @summary The keyword rules: add, edit, pause, delete, with the tester next to them. */
export class RuleTable extends PortalElement {
  static override properties = { unfolded: { state: true } };

  /** The presets whose words are shown. */
  declare private unfolded: ReadonlySet<string>;

  #rules = new Task(this, { task: everyRule, args: () => [] });

  constructor() {
    super();
    this.unfolded = new Set();
  }

  override render() {
    return html`<section class="part" aria-labelledby="opt-out-management">
      <div class="head">
        <div>
          <h2 id="opt-out-management">Opt-out management</h2>
          <p class="quiet">When someone sends you one of these words, in any spelling, the rule
            acts at once. Likely opt-outs wait in Messages for your decision.</p>
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
        ${setsOf(rules).map((set) => renderSet(set, this.#handlers()))}
        ${rules
          .filter(({ preset }) => preset === null)
          .map((rule) => this.#renderRule(rule, rules))}
      </tbody>
    </table>`;
  }

  #handlers() {
    return {
      unfolded: this.unfolded,
      onUnfold: (key: string) => {
        this.unfolded = new Set([...this.unfolded, key]);
      },
      onOpen: (rule: Rule) => this.#open(rule),
      onPause: (set: RuleSet, active: boolean) => this.#pauseSet(set, active),
      onDelete: (set: RuleSet) => this.#deleteSet(set),
    };
  }

  #pauseSet({ rules: [{ channel, inbound, preset }] }: RuleSet, active: boolean) {
    const place = { channel, inbound, preset };
    attempt(async () => {
      await changePreset({ ...place, active });
      await this.#reload();
      const did = `“${presetTitles[preset]}” is ${active ? "active again" : "paused"}.`;
      await this.#tellOf(channel, did, () => changePreset({ ...place, active: !active }));
    });
  }

  #deleteSet({ rules: [{ channel, inbound, preset, reply }] }: RuleSet) {
    attempt(async () => {
      const { deleted } = await deletePreset({ channel, inbound, preset });
      await this.#reload();
      this.querySelector<HTMLElement>(".actions wa-button")?.focus();
      await this.#tellOf(channel, `${deleted.length} rules were deleted.`, () =>
        addPreset({ channel, inbound, preset, reply, keywords: deleted }),
      );
    });
  }

  /** Says what was done, with a way back, and warns where nobody can opt out any more. */
  async #tellOf(channel: Channel, done: string, undo: () => Promise<unknown>) {
    const words: Partial<Record<Channel, number>> = await countOptOutWords();
    const isLast = words[channel] === 0;
    const warning = ` Nobody can opt out by replying on ${channelNames[channel]} any more.`;
    toast(`${done}${isLast ? warning : ""}`, {
      variant: isLast ? "danger" : "success",
      undo: async () => {
        await undo();
        await this.#reload();
      },
    });
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
      const did = `The rule ${rule.keyword} ${rule.active ? "is paused" : "is active again"}.`;
      await this.#tellOf(rule.channel, did, () => replaceRule(rule.id, bodyOf(rule)));
    });
  }

  #delete(rule: Rule, rules: readonly Rule[]) {
    attempt(async () => {
      await deleteRule(rule.id);
      await this.#reload();
      // The button that had the focus is gone.
      const next = rules.length > 1 ? ".buttons wa-button" : ".actions wa-button";
      this.querySelector<HTMLElement>(next)?.focus();
      await this.#tellOf(rule.channel, `The rule ${rule.keyword} was deleted.`, () =>
        createRule(bodyOf(rule)),
      );
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

function bodyOf({ channel, inbound, keyword, matches, action, reply, active }: Rule): RuleBody {
  return { channel, inbound, keyword, matches, action, reply, active };
}

customElements.define("rule-table", RuleTable);
