// Merge fields: what a message may say about each person, offered next to the field.

import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import type WaTextarea from "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html, nothing, type TemplateResult } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import { listProfiles } from "../../api.ts";

/** Properties that profiles have, each with one of its values. */
export type KnownProperties = ReadonlyMap<string, unknown>;

/** The properties of the first profiles: enough to suggest some, not necessarily all. */
export async function knownProperties(): Promise<KnownProperties> {
  const { items } = await listProfiles({});
  return new Map(items.flatMap(({ properties }) => Object.entries(properties)).reverse());
}

/** A menu that fires `wa-select` with a merge field as the value of its item. */
export function mergeMenu(
  { known, channel }: { known: KnownProperties; channel: Channel },
  onSelect: (event: CustomEvent<{ item: { value: string } }>) => void,
): TemplateResult {
  const names = [...known.keys()].filter((name) => /^[^{}]{1,100}$/.test(name)).sort();
  return html`<div class="merge">
    <wa-dropdown @wa-select=${onSelect}>
      <wa-button slot="trigger" size="s" appearance="outlined" with-caret>Insert a merge
        field</wa-button>
      ${names.slice(0, 20).map(
        (name) =>
          html`<wa-dropdown-item value="{{profile.${name}}}"><bdi
              class="keyword">${name}</bdi></wa-dropdown-item>`,
      )}
      ${
        names.length === 0
          ? html`<wa-dropdown-item value="{{profile.name}}">name</wa-dropdown-item>`
          : nothing
      }
      ${
        channel === "email"
          ? html`<wa-dropdown-item value="{{unsubscribeUrl}}">Unsubscribe link</wa-dropdown-item>`
          : nothing
      }
    </wa-dropdown>
    <span class="quiet small">Replaced by each person's own value, or by nothing if there is
      none.</span>
  </div>`;
}

/** Inserts text at the caret of a field, and puts the caret after it. */
export function insertAtCaret(field: WaTextarea, text: string): void {
  const { input } = field;
  input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
  input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  input.focus();
}
