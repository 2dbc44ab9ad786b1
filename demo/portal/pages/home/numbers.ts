// The main numbers: how many people, today's changes, how many are opted in on each channel.

import { html, type TemplateResult } from "lit";
import type { Statistics } from "../../../../server/schemas/statistics.ts";
import { channelNames, channels } from "../../channels.ts";

/** The number of people, and today's changes. */
export function renderNumbers({ profiles, today }: Statistics): TemplateResult {
  const numbers = [
    { name: "Profiles", value: profiles },
    { name: "New today", value: today.profiles },
    { name: "Opt-ins today", value: today.optIns },
    { name: "Opt-outs today", value: today.optOuts },
  ];
  return html`<section class="part" aria-label="At a glance">
    <dl class="numbers card">
      ${numbers.map(
        ({ name, value }) => html`<div>
          <dt class="quiet small">${name}</dt>
          <dd>${value.toLocaleString()}</dd>
        </div>`,
      )}
    </dl>
  </section>`;
}

/** How many people are opted in on each channel, and which share of all they are. */
export function renderChannels({ profiles, optedIn }: Statistics): TemplateResult {
  return html`<section class="card padded" aria-labelledby="opted-in">
    <h2 id="opted-in">Opted in</h2>
    <dl class="shares">
      ${channels.map((channel) => {
        const part = profiles === 0 ? 0 : optedIn[channel] / profiles;
        return html`<div>
          <dt>${channelNames[channel]}</dt>
          <dd>${optedIn[channel].toLocaleString()}
            <span class="quiet small">${percent.format(part)}</span></dd>
          <dd class="share" aria-hidden="true"><span style="width: ${part * 100}%"></span></dd>
        </div>`;
      })}
    </dl>
  </section>`;
}

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });
