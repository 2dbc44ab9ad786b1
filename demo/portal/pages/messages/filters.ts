// The filters of a list of messages.

import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { html, type TemplateResult } from "lit";
import { channelNames } from "../../channels.ts";

/** A choice among `names`, or any of them (undefined). */
export function filter<Value extends string>(
  label: string,
  {
    names,
    value,
    onChange,
  }: {
    names: Readonly<Record<Value, string>>;
    value: Value | undefined;
    onChange(value: Value | undefined): void;
  },
): TemplateResult {
  const choose = (event: Event) => {
    const { value: chosen } = event.target as unknown as { value: Value | "any" };
    onChange(chosen === "any" ? undefined : chosen);
  };
  return html`<wa-select class="filter" size="s" label=${label} .value=${value ?? "any"}
    @change=${choose}>
    <wa-option value="any">Any</wa-option>
    ${Object.entries<string>(names).map(
      ([one, name]) => html`<wa-option value=${one}>${name}</wa-option>`,
    )}
  </wa-select>`;
}

/** A choice of a channel, or any. */
export function channelFilter(
  value: keyof typeof channelNames | undefined,
  onChange: (value: keyof typeof channelNames | undefined) => void,
) {
  return filter("Channel", { names: channelNames, value, onChange });
}
