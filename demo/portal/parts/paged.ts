// Long lists load in parts: the first at once, the next on request.

import { html, nothing, type TemplateResult } from "lit";
import type { Page } from "../api.ts";
import { attempt } from "./toast.ts";

/** Appends the next part of a list to what is there already. */
export async function withNext<Item>(
  page: Page<Item>,
  load: (cursor: string) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  if (page.nextCursor === null) return page;
  const next = await load(page.nextCursor);
  return { items: [...page.items, ...next.items], nextCursor: next.nextCursor };
}

/** The button that loads more, if there is more. */
export function moreButton(
  page: Page<unknown>,
  load: () => Promise<unknown>,
): TemplateResult | typeof nothing {
  if (page.nextCursor === null) return nothing;
  return html`<div class="more">
    <wa-button appearance="outlined" @click=${() => attempt(load)}>Show more</wa-button>
  </div>`;
}
