// Form fields: an error replaces the hint and is tied to its field.

import { html, nothing, type TemplateResult } from "lit";
import type { Channel } from "../../../server/schemas/channels.ts";
import { PortalProblem } from "../api.ts";
import { channelNames, channels } from "../channels.ts";

/** What is wrong with a form: by field, and as a whole. */
export type Complaints = { whole: string | undefined; at: Readonly<Record<string, string>> };

/** A form that nothing is wrong with. */
export const noComplaints: Complaints = { whole: undefined, at: {} };

/**
 * What is wrong, from what the server answered; `fields` are those that show what is wrong with
 * them.
 */
export function complaintsOf(error: unknown, fields: readonly string[]): Complaints {
  if (!(error instanceof PortalProblem))
    return { whole: "Something went wrong. Try again.", at: {} };
  const known = error.issues.filter(({ path }) => fields.includes(path));
  return {
    whole: known.length === error.issues.length && known.length > 0 ? undefined : error.message,
    at: Object.fromEntries(known.map(({ path, message }) => [path, message])),
  };
}

/** A field of one line; what is wrong with it stands in place of its hint. */
export function textField({
  name,
  label,
  hint,
  value,
  wrong,
  maxlength,
}: {
  name: string;
  label: string;
  hint: string;
  value: string;
  wrong: Complaints;
  maxlength?: number;
}): TemplateResult {
  const complaint = wrong.at[name];
  return html`<wa-input name=${name} label=${label} maxlength=${maxlength ?? nothing}
    autocomplete="off" .value=${value}
    ?data-wrong=${complaint !== undefined} hint=${complaint ?? hint}></wa-input>`;
}

/** A choice of a channel, called `channel`. */
export function channelField(
  value: Channel,
  {
    among = channels,
    onChange,
  }: { among?: readonly Channel[]; onChange?: (event: Event) => void } = {},
): TemplateResult {
  return html`<wa-select name="channel" label="Channel" .value=${value}
    @change=${onChange ?? nothing}>
    ${among.map(
      (channel) => html`<wa-option value=${channel}>${channelNames[channel]}</wa-option>`,
    )}
  </wa-select>`;
}

/** What the fields of a form hold, by name. */
export function valuesOf(form: HTMLElement): Record<string, string> {
  const controls = form.querySelectorAll<HTMLElement & { name: string; value: unknown }>("[name]");
  return Object.fromEntries([...controls].map(({ name, value }) => [name, String(value ?? "")]));
}

/** Puts the focus on the first field that something is wrong with. */
export function focusWrong(form: HTMLElement): void {
  form.querySelector<HTMLElement>("[data-wrong]")?.focus();
}
