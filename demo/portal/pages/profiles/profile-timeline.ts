// <profile-timeline>: every event of a person's consent, newest first, with its evidence.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { ConsentEvent } from "../../../../server/schemas/flags.ts";
import { listEvents, type Page } from "../../api.ts";
import { channelNames, channels } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { time } from "../../parts/time.ts";
import { messageText } from "../messages/message-text.ts";
import { type Beginning, type Change, joinBeginnings } from "./beginnings.ts";
import { sourceName } from "./sources.ts";

/** @summary The history of one profile. */
export class ProfileTimeline extends PortalElement {
  static override properties = { profile: {}, longer: { state: true } };

  /** The id of the profile. */
  declare profile: string;
  declare private longer: Page<ConsentEvent> | undefined;

  #events = new Task(this, { task: ([id]) => listEvents(id), args: () => [this.profile] as const });

  /** Loads newer ones. */
  async reload() {
    await this.#events.run();
    this.longer = undefined;
  }

  override render() {
    return html`<section class="part" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <div class="card">${whenLoaded(
        this.#events,
        (loaded) => this.#renderEvents(this.longer ?? loaded),
        6,
      )}</div>
    </section>`;
  }

  #renderEvents(page: Page<ConsentEvent>) {
    return html`<ol class="rows">
        ${joinBeginnings(page.items).map(renderEvent)}
      </ol>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, (cursor) => listEvents(this.profile, cursor));
      })}`;
  }
}

function renderEvent(event: Change | Beginning) {
  if (event.channel === null) return renderBeginning(event);
  const { channel, to, source, at, occurredAt, reason, actor, evidence, wording } = event;
  return html`<li class="message">
    <p class="message-head">
      <strong>${channelNames[channel]}</strong>
      <span class="badge ${to ? "good" : ""}">${whatItDid(event)}</span>
    </p>
    ${reason ? html`<p class="user-text">“${reason}”</p>` : nothing}
    ${wording ? renderWording(wording) : nothing}
    <p class="quiet small">By ${sourceName(source)} · ${time(at)}
      ${occurredAt === at ? nothing : html`· of ${time(occurredAt)}`}
      ${
        typeof actor.form === "string"
          ? html`· <a href="/forms/${actor.form}">the form</a>`
          : nothing
      }</p>
    ${evidence ? renderEvidence(evidence) : nothing}
  </li>`;
}

function whatItDid({ from, to, refusal }: Change): string {
  if (refusal === "older_than_opt_out") return "Stayed out: the opt-in is older";
  if (refusal !== null) return "Stayed as it was";
  const verb = from === null ? "Began" : from === to ? "Renewed" : "Went";
  return `${verb} opted ${to ? "in" : "out"}`;
}

function renderBeginning({ began, at }: Beginning) {
  const named = channels.filter((channel) => began[channel]).map((name) => channelNames[name]);
  return html`<li class="message">
    <p class="message-head"><strong>New profile</strong> <span class="badge">Never asked</span></p>
    <p class="quiet small">${
      named.length > 0
        ? `Opted in by default: ${named.join(", ")}. Opted out of the rest.`
        : "Opted out of every channel by default."
    }</p>
    <p class="quiet small">${time(at)}</p>
  </li>`;
}

/** The exact text that the person agreed to. */
function renderWording({
  number,
  confirmationMessage,
  buttonText,
}: NonNullable<ConsentEvent["wording"]>) {
  return html`<p class="quiet small">Agreed to wording ${number} by the button
      <span class="badge user-text">${buttonText}</span></p>
    ${messageText(confirmationMessage)}`;
}

function renderEvidence(evidence: Record<string, unknown>) {
  const entries = Object.entries(evidence).filter(([, value]) => value !== null && value !== "");
  return html`<details class="small">
    <summary>Evidence</summary>
    <dl class="properties">
      ${entries.map(
        ([name, value]) =>
          html`<dt>${name}</dt><dd class="user-text">${
            typeof value === "string" ? value : JSON.stringify(value)
          }</dd>`,
      )}
    </dl>
  </details>`;
}

customElements.define("profile-timeline", ProfileTimeline);
