// The latest changes.

import { html, type TemplateResult } from "lit";
import type { Happening } from "../../../../server/schemas/statistics.ts";
import { channelNames } from "../../channels.ts";
import { time } from "../../parts/time.ts";
import { sourceName } from "../profiles/sources.ts";

/** The latest changes of all people, each with its person. */
export function renderLatest(latest: readonly Happening[]): TemplateResult {
  return html`<section class="part" aria-labelledby="latest">
    <h2 id="latest">What happened last</h2>
    <div class="card">
      ${
        latest.length === 0
          ? html`<div class="empty"><p class="quiet">Nothing yet. As soon as somebody opts in or
            out, it appears here.</p></div>`
          : html`<ol class="rows latest">${latest.map(renderHappening)}</ol>`
      }
    </div>
  </section>`;
}

function renderHappening(happening: Happening) {
  const { profileId, name, source, at } = happening;
  const { text, look } = changeOf(happening);
  return html`<li>
    <span class="who">${
      name === null
        ? html`<span class="quiet">A deleted profile</span>`
        : html`<a href="/profiles/${encodeURIComponent(profileId)}">${name}</a>`
    }</span>
    <span><span class="badge ${look}">${text}</span></span>
    <span class="quiet small">By ${sourceName(source)}</span>
    <span class="quiet small when">${time(at)}</span>
  </li>`;
}

function changeOf({ channel, from, to, source }: Happening): { text: string; look: string } {
  if (channel === null || (from === null && source === "default")) {
    return { text: "New profile", look: "" };
  }
  const verb = from === to ? "Still opted" : "Opted";
  return {
    text: `${verb} ${to ? "in" : "out"}: ${channelNames[channel]}`,
    look: to ? "good" : "bad",
  };
}
