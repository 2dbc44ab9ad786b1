// Form fields: an error replaces the hint and is tied to its field.

import { html, nothing, type TemplateResult } from "lit";
import type { Channel } from "../../../server/schemas/channels.ts";
import { PortalProblem } from "../api.ts";
import { channelNames, channels } from "../channels.ts";

/** What is wrong with a form: by field, and as a whole. */
export type Complaints = { whole: string | undefined; at: Readonly<Record<string, string>> };

/** A form without errors. */
export const noComplaints: Complaints = { whole: undefined, at: {} };

/** What is wrong, from the server's answer; `fields` are those that can show their own errors. */
export function complaintsOf(error: unknown, fields: readonly string[]): Complaints {
  if (!(error instanceof PortalProblem))
    return { whole: "Something went wrong. Try again.", at: {} };
  const known = error.issues.filter(({ path }) => fields.includes(path));
  return {
    whole: known.length === error.issues.length && known.length > 0 ? undefined : error.message,
    at: Object.fromEntries(known.map(({ path, message }) => [path, message])),
  };
}

/** A field of one line; an error replaces its hint. */
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

/** A select of a channel, named `channel`. */
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

/** The values of a form's fields, by name. */
export function valuesOf(form: HTMLElement): Record<string, string> {
  const controls = form.querySelectorAll<HTMLElement & { name: string; value: unknown }>("[name]");
  return Object.fromEntries([...controls].map(({ name, value }) => [name, String(value ?? "")]));
}

/** Focuses the first field with an error. */
export function focusWrong(form: HTMLElement): void {
  form.querySelector<HTMLElement>("[data-wrong]")?.focus();
}
