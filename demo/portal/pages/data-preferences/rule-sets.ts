// The rules that came with a preset: one line of the table for each channel, its words folded.

import { html, nothing, type TemplateResult } from "lit";
import type { PresetName, Rule } from "../../../../server/schemas/rules.ts";
import { channelNames, channels } from "../../channels.ts";
import { actionNames } from "./action-names.ts";

type OfPreset = Rule & { preset: PresetName };

/** The rules of one preset on one channel and inbound address. */
export type RuleSet = { key: string; rules: [OfPreset, ...OfPreset[]] };

/** What the line of a preset is called. */
export const presetTitles: Readonly<Record<PresetName, string>> = {
  stop: "Words to stop",
  start: "Words to start",
  help: "Words for help",
};

/** The rules that came with presets, by channel, inbound address and preset. */
export function setsOf(rules: readonly Rule[]): RuleSet[] {
  const sets = new Map<string, RuleSet>();
  for (const rule of rules) {
    if (rule.preset === null) continue;
    const key = `${rule.channel} ${rule.inbound} ${rule.preset}`;
    const set = sets.get(key);
    if (set) set.rules.push(rule as OfPreset);
    else sets.set(key, { key, rules: [rule as OfPreset] });
  }
  return [...sets.values()].sort((one, other) => rank(one) - rank(other));
}

/** By channel as everywhere, then the words to stop first. */
function rank({ rules: [{ channel, preset }] }: RuleSet): number {
  return channels.indexOf(channel) * 10 + Object.keys(presetTitles).indexOf(preset);
}

type Handlers = {
  unfolded: ReadonlySet<string>;
  onUnfold(key: string): void;
  onOpen(rule: Rule): void;
  onPause(set: RuleSet, active: boolean): void;
  onDelete(set: RuleSet): void;
};

/** The line of one preset. */
export function renderSet(
  set: RuleSet,
  { unfolded, onUnfold, onOpen, onPause, onDelete }: Handlers,
): TemplateResult {
  const [{ channel, inbound, preset, action }] = set.rules;
  const { name, look } = actionNames[action];
  const paused = set.rules.every(({ active }) => !active);
  const title = presetTitles[preset];
  const named = (verb: string) => `${verb} “${title}” on ${channelNames[channel]}`;
  const replies = [...new Set(set.rules.map(({ reply }) => reply))];
  const unfold = (event: Event) => {
    if ((event.target as HTMLDetailsElement).open) onUnfold(set.key);
  };
  return html`<tr class=${paused ? "off" : ""}>
    <td data-label="Keyword"><div class="keyword">
      <strong>${title}</strong> ${paused ? html`<span class="badge">Paused</span>` : nothing}
      <details class="small" @toggle=${unfold}>
        <summary>${set.rules.length} in twelve languages</summary>
        ${
          unfolded.has(set.key)
            ? html`<p class="words user-text">${set.rules.map(
                (rule, index) =>
                  html`${index > 0 ? ", " : ""}<button type="button" class="word"
                    title="Edit the rule ${rule.keyword}"
                    @click=${() => onOpen(rule)}>${rule.keyword}</button>`,
              )}</p>`
            : nothing
        }
      </details>
    </div></td>
    <td data-label="Channel"><div>
      ${channelNames[channel]}
        ${inbound === "*" ? nothing : html`<p class="quiet small">on ${inbound}</p>`}
    </div></td>
    <td data-label="What it does"><div>
      <span class="badge ${look}">${name}</span>
      ${
        replies.length === 1 && replies[0]
          ? html`<p class="quiet small user-text">“${replies[0]}”</p>`
          : nothing
      }
    </div></td>
    <td class="buttons">
      <wa-button size="xs" appearance="plain" title=${named(paused ? "Resume" : "Pause")}
        @click=${() => onPause(set, paused)}>${paused ? "Resume" : "Pause"}</wa-button>
      <wa-button size="xs" appearance="plain" title=${named("Delete")}
        @click=${() => onDelete(set)}>Delete</wa-button>
    </td>
  </tr>`;
}
