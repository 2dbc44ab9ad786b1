// <page-broadcast>: one broadcast: its progress, live, and its content.

import "./broadcasts.css";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Broadcast } from "../../../../server/schemas/broadcasts.ts";
import { changeBroadcast, PortalProblem, readBroadcast } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { time } from "../../parts/time.ts";
import { attempt, toast } from "../../parts/toast.ts";
import { audienceWords, statuses } from "./statuses.ts";

type Control = "pause" | "resume" | "cancel";

const said: Readonly<Record<Control, string>> = {
  pause: "Paused. Messages that have not been handed over wait.",
  resume: "The broadcast continues.",
  cancel: "Cancelled. Messages that had not been handed over will not be sent.",
};

/** @summary One broadcast. */
export class BroadcastPage extends PortalElement {
  static override properties = { broadcast: {}, asking: { state: true }, busy: { state: true } };

  /** The id of the broadcast. */
  declare broadcast: string;
  /** Whether the dialog about cancelling is open. */
  declare private asking: boolean;
  declare private busy: boolean;

  #broadcast = new Task(this, {
    task: ([id]) => readBroadcast(id),
    args: () => [this.broadcast] as const,
    onComplete: ({ status }) => this.#lookAgain(status),
    // The connection may have been lost for a moment.
    onError: (error) => this.#lookAgain(isAbsent(error) ? undefined : "sending"),
  });
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.asking = false;
    this.busy = false;
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#next);
  }

  override render() {
    return html`<p class="small"><a href="/broadcasts">Broadcast</a></p>
      ${whenLoaded(this.#broadcast, (broadcast) => this.#renderBroadcast(broadcast), 6)}`;
  }

  #renderBroadcast(broadcast: Broadcast) {
    const { name, channel, status, createdAt } = broadcast;
    return html`<div class="head">
        <div>
          <h1 tabindex="-1"><bdi>${name}</bdi></h1>
          <p class="quiet">${channelNames[channel]} · created ${time(createdAt)} <span
            class="badge ${statuses[status].look}">${statuses[status].name}</span></p>
        </div>
        <div class="actions">${this.#renderControls(broadcast)}</div>
      </div>
      ${renderProgress(broadcast)} ${renderWhat(broadcast)}
      <wa-dialog label="Cancel this broadcast?" ?open=${this.asking} @wa-after-hide=${this.#asked}>
        <p>${broadcast.counts.queued.toLocaleString()}
          ${
            broadcast.counts.queued === 1
              ? "message that is still waiting"
              : "messages that are still waiting"
          } will not be sent. What went out cannot be recalled, and a cancelled broadcast cannot be
            resumed. To stop it for a while, pause it instead.</p>
        <div slot="footer" class="actions">
          <wa-button appearance="plain" @click=${this.#asked}>Keep it</wa-button>
          <wa-button variant="danger" ?loading=${this.busy}
            @click=${() => this.#change("cancel")}>Cancel broadcast</wa-button>
        </div>
      </wa-dialog>`;
  }

  #renderControls({ status }: Broadcast) {
    if (status !== "sending" && status !== "paused") {
      return html`<wa-button appearance="outlined"
        href="/messages?tab=outbox&broadcast=${this.broadcast}">Messages</wa-button>`;
    }
    const verb = status === "sending" ? "pause" : "resume";
    return html`<wa-button appearance="plain" @click=${this.#ask}>Cancel</wa-button>
      <wa-button appearance="outlined"
        href="/messages?tab=outbox&broadcast=${this.broadcast}">Messages</wa-button>
      <wa-button variant="brand" ?loading=${this.busy}
        @click=${() => this.#change(verb)}>${verb === "pause" ? "Pause" : "Resume"}</wa-button>`;
  }

  async #change(verb: Control) {
    if (this.busy) return;
    this.busy = true;
    await attempt(async () => {
      await changeBroadcast(this.broadcast, verb);
      toast(said[verb]);
    });
    this.asking = false;
    this.busy = false;
    await this.#broadcast.run();
  }

  /** Once a second while it is being sent. */
  #lookAgain(status: Broadcast["status"] | undefined) {
    clearTimeout(this.#next);
    if (!this.isConnected || (status !== "sending" && status !== "paused")) return;
    this.#next = setTimeout(() => this.#broadcast.run(), status === "sending" ? 1_000 : 5_000);
  }

  #ask() {
    this.asking = true;
  }

  #asked(event: Event) {
    if (event.target === event.currentTarget) this.asking = false;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof PortalProblem && error.code === "not_found";
}

function renderProgress({ status, counts, rate }: Broadcast) {
  const { queued, sent, filtered, failed, unknown, cancelled } = counts;
  const all = queued + sent + filtered + failed + unknown + cancelled;
  const percent = all === 0 ? 100 : Math.floor(((all - queued) / all) * 100);
  const tiles = [
    {
      name: "Queued",
      count: queued,
      hint: rate === null ? "wait for their turn" : `wait; ${rate.toLocaleString()} a second go`,
    },
    { name: "Sent", count: sent, hint: "handed over" },
    { name: "Filtered", count: filtered, hint: "opted out since" },
    { name: "Failed", count: failed, hint: "could not be delivered" },
    ...(unknown > 0 ? [{ name: "Unknown", count: unknown, hint: "may have been received" }] : []),
    ...(cancelled > 0 ? [{ name: "Cancelled", count: cancelled, hint: "not sent" }] : []),
  ];
  return html`<section class="card padded stack progress" aria-labelledby="progress">
    <div class="progress-head">
      <h2 id="progress">Progress</h2>
      <p class="quiet">${(all - queued).toLocaleString()} of ${all.toLocaleString()}</p>
    </div>
    <wa-progress-bar label="Progress of the broadcast" value=${percent}></wa-progress-bar>
    <dl class="tiles">
      ${tiles.map(
        ({ name, count, hint }) => html`<div>
          <dt>${name}</dt>
          <dd class="figure">${count.toLocaleString()}</dd>
          <dd class="quiet small">${hint}</dd>
        </div>`,
      )}
    </dl>
    <p class="hidden" role="status">${
      status === "sending" ? "" : `The broadcast is ${statuses[status].name.toLowerCase()}.`
    }</p>
  </section>`;
}

function renderWhat({ title, body, audience }: Broadcast) {
  return html`<div class="halves">
    <section class="part" aria-labelledby="message">
      <h2 id="message">Message</h2>
      <div class="card padded stack">
        ${title === null ? nothing : html`<p class="user-text"><strong>${title}</strong></p>`}
        <p class="user-text" dir="auto">${body}</p>
      </div>
    </section>
    <section class="part" aria-labelledby="audience">
      <h2 id="audience">Audience</h2>
      <div class="card padded stack">
        <p class="user-text">${audienceWords(audience)}</p>
        <p class="quiet small">Fixed when the broadcast was created. The count is of those who were
          opted in then; only those who still are get the message.</p>
      </div>
    </section>
  </div>`;
}

customElements.define("page-broadcast", BroadcastPage);
