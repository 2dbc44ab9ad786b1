// The fields for a broadcast's content and speed.

import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html, nothing, type TemplateResult } from "lit";
import "../../parts/opt-out-words.ts";
import { type Complaints, channelField, textField } from "../../parts/fields.ts";
import type { Draft } from "./draft.ts";
import { type KnownProperties, mergeMenu } from "./merge-fields.ts";

type Message = {
  draft: Draft;
  known: KnownProperties;
  wrong: Complaints;
  onMergeField(field: string): void;
};

/** Name, channel, an email's title, text. */
export function messageFields({ draft, known, wrong, onMergeField }: Message): TemplateResult {
  const { channel, name, title, body } = draft;
  return html`<h2>Message</h2>
    ${textField({
      ...{ name: "name", label: "Name", value: name, maxlength: 100, wrong },
      hint: "For your own use: the people who get it do not see it.",
    })}
    ${channelField(channel)}
    <no-opt-out-words channel=${channel}></no-opt-out-words>
    ${
      channel === "email"
        ? textField({
            ...{ name: "title", label: "Title", value: title, maxlength: 200, wrong },
            hint: "The subject of the email.",
          })
        : nothing
    }
    <wa-textarea name="body" label="Message" rows="6" maxlength="10000" .value=${body}
      ?data-wrong=${wrong.at.body !== undefined} hint=${wrong.at.body ?? ""}></wa-textarea>
    ${mergeMenu({ known, channel }, (event) => onMergeField(event.detail.item.value))}`;
}

/** How many messages go out in a second. */
export function rateField({ rate }: Draft, wrong: Complaints): TemplateResult {
  return textField({
    ...{ name: "rate", label: "Messages a second", value: rate, maxlength: 6, wrong },
    hint: "The most to send in a second. Leave empty to send as fast as possible.",
  });
}
