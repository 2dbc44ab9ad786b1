// The text of a message; a long one is folded.

import { html, nothing, type TemplateResult } from "lit";

const longest = 400;

/** A message's title, where it has one, and its body. */
export function messageText(body: string | null, title: string | null = null): TemplateResult {
  return html`${
    title ? html`<p class="user-text" dir="auto"><strong>${title}</strong></p>` : nothing
  }${bodyText(body ?? "")}`;
}

function bodyText(body: string) {
  if (body === "") return html`<p><em>No text</em></p>`;
  if (body.length <= longest) return html`<p class="user-text" dir="auto">${body}</p>`;
  return html`<details class="long-text">
    <summary><span class="user-text" dir="auto">${body.slice(0, longest - 100)}…</span></summary>
    <p class="user-text" dir="auto">${body}</p>
  </details>`;
}
