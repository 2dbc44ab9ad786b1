// The confirmation before a broadcast is sent. It says how many people get it.

import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { html, nothing, type TemplateResult } from "lit";
import type { Preview } from "../../../../server/schemas/broadcasts.ts";
import { channelNames } from "../../channels.ts";
import type { Draft } from "./draft.ts";
import { people, reasonWords } from "./statuses.ts";

type Question = {
  draft: Draft;
  preview: Preview | undefined;
  open: boolean;
  busy: boolean;
  onSend(): void;
  onClose(event: Event): void;
};

/** A dialog with the number, who is left out, and the message itself. */
export function sendQuestion({
  draft,
  preview,
  open,
  busy,
  onSend,
  onClose,
}: Question): TemplateResult {
  const count = preview?.willGet.count ?? 0;
  const leftOut = (preview?.willNot ?? []).map(
    (row) => `${reasonWords(row.reason, draft.channel)} (${row.count.toLocaleString()})`,
  );
  return html`<wa-dialog label="Send this broadcast?" ?open=${open} @wa-after-hide=${onClose}>
    <div class="stack">
      <p>It goes to <strong>${people(count)}</strong> by ${channelNames[draft.channel]}. Sending
        starts at once; anyone who opts out before their message is handed over does not get it.</p>
      ${
        leftOut.length === 0 ? nothing : html`<p class="quiet">Left out: ${leftOut.join(", ")}.</p>`
      }
      <div class="card padded stack">
        ${
          draft.channel === "email" && draft.title
            ? html`<p class="user-text"><strong>${draft.title}</strong></p>`
            : nothing
        }
        <p class="user-text" dir="auto">${draft.body}</p>
      </div>
    </div>
    <div slot="footer" class="actions">
      <wa-button appearance="plain" @click=${onClose}>Go back</wa-button>
      <wa-button variant="brand" ?loading=${busy}
        @click=${onSend}>Send to ${people(count)}</wa-button>
    </div>
  </wa-dialog>`;
}
