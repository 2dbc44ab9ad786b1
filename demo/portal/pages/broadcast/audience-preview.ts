// Who will get a broadcast, who will not, and why, before anything is sent.

import { html, nothing, type TemplateResult } from "lit";
import type { Preview } from "../../../../server/schemas/broadcasts.ts";
import type { Channel } from "../../../../server/schemas/channels.ts";
import { people, reasonWords } from "./statuses.ts";

/** The answer of a preview; undefined where no audience is chosen yet. */
export function audiencePreview(preview: Preview | undefined, channel: Channel): TemplateResult {
  if (!preview) {
    return html`<p class="quiet" role="status">Choose the audience to see who would get it.</p>`;
  }
  const { willGet, willNot } = preview;
  const without = willNot.reduce((sum, { count }) => sum + count, 0);
  return html`<div role="status">
      <p class="figure">${willGet.count.toLocaleString()}</p>
      <p>${willGet.count === 1 ? "person will get it" : "people will get it"}</p>
      ${examples(willGet.examples)}
    </div>
    ${
      without === 0
        ? html`<p class="quiet small">Nobody in this audience is left out.</p>`
        : html`<div class="reasons">
            <h3>${people(without)} will not</h3>
            <ul class="stack" aria-label="Who will not get it, and why">
              ${willNot.map(
                (row) => html`<li>
                  <span>${reasonWords(row.reason, channel)}</span>
                  <span class="number">${row.count.toLocaleString()}</span>
                  ${examples(row.examples)}
                </li>`,
              )}
            </ul>
          </div>`
    }`;
}

function examples(all: readonly string[]) {
  if (all.length === 0) return nothing;
  const list = all.map((example, index) => html`${index > 0 ? ", " : ""}<bdi>${example}</bdi>`);
  return html`<p class="quiet small examples user-text">Such as ${list}</p>`;
}
