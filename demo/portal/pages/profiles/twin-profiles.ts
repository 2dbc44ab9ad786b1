// <twin-profiles>: profiles that have one phone in two spellings, to be merged. Most have none.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Profile } from "../../../../server/schemas/profiles.ts";
import { listTwins, mergeProfiles } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { attempt, toast } from "../../parts/toast.ts";

/**
 * @summary Lists profiles with one phone in two spellings, and merges them one by one.
 *
 * @fires merged - Two profiles are one.
 */
export class TwinProfiles extends PortalElement {
  #twins = new Task(this, {
    args: () => [],
    task: async (_, { signal }) => (await listTwins(signal)).items,
  });

  override render() {
    // Without an answer the page says what is wrong.
    const groups = byPhone(this.#twins.value ?? []);
    if (groups.length === 0) return nothing;
    return html`<section class="card padded stack" aria-labelledby="twins">
      <h2 id="twins">One phone, two profiles</h2>
      <p class="quiet">Each of these phones has two spellings of its number, which an earlier
        version took for two people. An opt-out of either holds for both until they are merged.</p>
      <ul class="plain stack">${groups.map((group) => this.#renderGroup(group))}</ul>
    </section>`;
  }

  #renderGroup([kept, ...others]: Profile[]) {
    if (!kept) return nothing;
    return html`<li>
      ${[kept, ...others].map(
        ({ id, phoneNumber }) => html`<a href="/profiles/${encodeURIComponent(id)}">${id}</a>
          <span class="digits quiet">${phoneNumber}</span> `,
      )}
      <wa-button size="s" appearance="outlined" @click=${() => this.#merge(kept, others)}>Merge into
        ${kept.id}</wa-button>
    </li>`;
  }

  #merge(kept: Profile, others: Profile[]) {
    return attempt(async () => {
      for (const { id } of others) await mergeProfiles(kept.id, id);
      toast(`Merged into ${kept.id}.`);
      await this.#twins.run();
      this.dispatchEvent(new Event("merged"));
    });
  }
}

/** Those of one phone stand beside each other, and end alike; only such can be merged. */
function byPhone(twins: readonly Profile[]): Profile[][] {
  const groups: Profile[][] = [];
  for (const twin of twins) {
    const last = groups.at(-1);
    if (last && endOf(last[0]) === endOf(twin)) last.push(twin);
    else groups.push([twin]);
  }
  return groups;
}

function endOf(profile: Profile | undefined): string | undefined {
  return profile?.phoneNumber?.slice(-8);
}

customElements.define("twin-profiles", TwinProfiles);

declare global {
  interface HTMLElementTagNameMap {
    "twin-profiles": TwinProfiles;
  }
}
