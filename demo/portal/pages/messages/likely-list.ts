// <likely-list>: likely opt-outs, the oldest first, each to be decided by one press; and messages
// that say no and could not be matched.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Inbound } from "../../../../server/schemas/inbounds.ts";
import { answerInbound, listInbounds, type Page, reopenInbound } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { time } from "../../parts/time.ts";
import { attempt, toast } from "../../parts/toast.ts";
import { waitingChanged } from "../../parts/waiting.ts";
import { messageText } from "./message-text.ts";

type Waiting = { likely: Page<Inbound>; unmatched: Page<Inbound> };

/** @summary The messages that wait for a person. */
export class LikelyList extends PortalElement {
  static override properties = { longer: { state: true } };

  declare private longer: Page<Inbound> | undefined;

  #waiting = new Task(this, {
    args: () => [],
    task: async (): Promise<Waiting> => {
      const [likely, unmatched] = await Promise.all([
        listInbounds({ likely: "true" }),
        listInbounds({ matched: "false" }),
      ]);
      return { likely, unmatched };
    },
    onComplete: () => {
      this.longer = undefined;
    },
  });

  /** Looks for more of them. */
  async reload() {
    await this.#waiting.run();
    window.dispatchEvent(new Event(waitingChanged));
  }

  override render() {
    return whenLoaded(this.#waiting, (waiting) => this.#renderWaiting(waiting), 4);
  }

  #renderWaiting({ likely, unmatched }: Waiting) {
    return html`<div class="card">${this.#renderLikely(this.longer ?? likely)}</div>
      ${
        unmatched.items.length === 0
          ? nothing
          : html`<h2 class="part">Could not be matched</h2>
            <p class="quiet">These say no, and no profile can have their sender’s address.</p>
            <div class="card"><ul class="rows">
              ${unmatched.items.map((inbound) => this.#renderInbound(inbound))}
            </ul></div>`
      }`;
  }

  #renderLikely(page: Page<Inbound>) {
    if (page.items.length === 0) {
      return html`<div class="empty">
        <h2>Nothing waits</h2>
        <p class="quiet">Messages that may well be opt-outs, such as “wrong number”, wait here for
          your decision.</p>
      </div>`;
    }
    return html`<ul class="rows">${page.items.map((inbound) => this.#renderInbound(inbound))}</ul>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, (cursor) => listInbounds({ likely: "true", cursor }));
      })}`;
  }

  #renderInbound(inbound: Inbound) {
    const { from, to, body, channel, receivedAt, profileId, reviewReason, session } = inbound;
    return html`<li class="message">
      <p class="message-head">
        ${
          profileId
            ? html`<a href="/profiles/${encodeURIComponent(profileId)}"><strong><bdi>${from}</bdi></strong></a>`
            : html`<strong><bdi>${from}</bdi></strong>`
        }
        <span class="badge warn">Waiting, came ${time(receivedAt)}</span>
        ${session ? html`<span class="badge">Simulated</span>` : nothing}
      </p>
      ${messageText(body)}
      ${reviewReason ? html`<p class="small user-text">${reviewReason}</p>` : nothing}
      <p class="quiet small">${channelNames[channel]} to <bdi class="user-text">${to}</bdi></p>
      <div class="decision">
        ${
          profileId
            ? html`<wa-button size="s" variant="brand" title="Opt out ${from}"
              @click=${() => this.#optOut(inbound)}>Opt out</wa-button>`
            : nothing
        }
        <wa-button size="s" appearance="outlined" title="No opt-out: ${from}"
          @click=${() => this.#dismiss(inbound)}>${profileId ? "No" : "Done"}</wa-button>
      </div>
    </li>`;
  }

  #optOut({ id, from, channel }: Inbound) {
    attempt(async () => {
      await answerInbound(id, "optOut");
      await this.reload();
      toast(`${from} is now opted out on ${channelNames[channel]}.`);
    });
  }

  #dismiss({ id, from }: Inbound) {
    attempt(async () => {
      await answerInbound(id, "no");
      await this.reload();
      toast(`The message from ${from} changes nothing.`, {
        undo: async () => {
          await reopenInbound(id);
          await this.reload();
        },
      });
    });
  }
}

customElements.define("likely-list", LikelyList);

declare global {
  interface HTMLElementTagNameMap {
    "likely-list": LikelyList;
  }
}
