// <rule-tester>: type a message, see which rule would act. Nothing is changed.

import { Task } from "@lit/task";
import { html } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Rule, RuleTested } from "../../../../server/schemas/rules.ts";
import { testRules } from "../../api.ts";
import { madeUpAddresses } from "../../channels.ts";
import { debounce } from "../../parts/debounce.ts";
import { PortalElement } from "../../parts/element.ts";
import { channelField, valuesOf } from "../../parts/fields.ts";
import { messageOf } from "../../parts/loading.ts";
import { actionNames } from "./action-names.ts";

/** @summary Tries the rules on a message as it is typed. */
export class RuleTester extends PortalElement {
  static override properties = {
    rules: { attribute: false },
    channel: { state: true },
    to: { state: true },
    body: { state: true },
  };

  /** The current rules; when they change, the message is tried again. */
  declare rules: readonly Rule[];
  declare private channel: Channel;
  declare private to: string;
  declare private body: string;

  #tested = new Task(this, {
    args: () => [this.channel, this.to, this.body, this.rules] as const,
    task: async ([channel, to, body], { signal }) => {
      if (body.trim() === "") return undefined;
      await debounce(signal, 200);
      return testRules({ channel, to: to.trim() || madeUpAddresses(channel).to, body }, signal);
    },
  });

  constructor() {
    super();
    this.rules = [];
    this.channel = "sms";
    this.to = "";
    this.body = "";
  }

  override render() {
    return html`<form class="card padded stack" aria-labelledby="rule-tester" @input=${this.#type}
      @submit=${stay}>
      <div>
        <h3 id="rule-tester">Try a message</h3>
        <p class="quiet small">See which rule would act. Nobody is opted in or out.</p>
      </div>
      ${channelField(this.channel, { onChange: this.#type })}
      <wa-input name="to" label="Inbound address" placeholder="Any"></wa-input>
      <wa-input name="body" label="Message" placeholder="Stop, please!"
        autocomplete="off"></wa-input>
      <div role="status" class="verdict">${this.#renderVerdict()}</div>
    </form>`;
  }

  #renderVerdict() {
    return this.#tested.render({
      pending: () => (this.#tested.value ? renderTested(this.#tested.value) : quiet("…")),
      complete: (tested) =>
        tested ? renderTested(tested) : quiet("Type a message to see what it does."),
      error: (error) => html`<p class="small">${messageOf(error)}</p>`,
    });
  }

  #type = () => {
    const { channel, to = "", body = "" } = valuesOf(this);
    this.channel = channel as Channel;
    this.to = to;
    this.body = body;
  };
}

function renderTested({ winner, verdict, why, matches }: RuleTested) {
  if (!winner && verdict === "likely")
    return html`<p><span class="badge warn">Likely opt-out</span></p>
      <p class="quiet small">${why} It waits in Messages for your decision.</p>`;
  if (!winner)
    return html`<p><span class="badge">No rule acts</span></p><p class="quiet small">${why}</p>`;
  const { name, look } = actionNames[winner.action];
  const others = matches.length - 1;
  return html`
    <p><span class="badge ${look}">${name}</span> by <strong>${winner.keyword}</strong></p>
    <p class="quiet small">${why}${others > 0 ? ` ${others} more ${others === 1 ? "rule matches" : "rules match"}.` : ""}</p>`;
}

function quiet(text: string) {
  return html`<p class="quiet small">${text}</p>`;
}

function stay(event: Event) {
  event.preventDefault();
}

customElements.define("rule-tester", RuleTester);
