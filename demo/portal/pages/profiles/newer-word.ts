// <newer-word>: asks what a person who opted out has said since, and when. Nothing else lifts it.

import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html } from "lit";
import type { Flag } from "../../../../server/schemas/flags.ts";
import { PortalProblem, setFlags } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { valuesOf } from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { dateAndTime } from "../../parts/time.ts";
import { sourceName } from "./sources.ts";

/** An opt-in that was refused: whom it is for, over which flag, and why it was wished. */
type Refused = { profile: string; flag: Flag; reason: string };

const tooOld = "This is before they opted out. It is kept as evidence, and they stay opted out.";

/** @summary A dialog that opts a person in who had opted out, by evidence of a later act. */
export class NewerWord extends DialogElement {
  static override properties = { refused: { state: true } };

  declare private refused: Refused | undefined;

  #settle: ((done: boolean) => void) | undefined;

  /** Asks; whether the person is opted in afterwards. */
  ask(refused: Refused): Promise<boolean> {
    this.refused = refused;
    this.openEmpty();
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  protected override heading() {
    return "What did they say since?";
  }

  protected override content() {
    const { at, whole } = this.wrong;
    return html`<form novalidate @submit=${this.#optIn}>
      ${this.refused ? this.#renderFlag(this.refused.flag) : ""}
      <wa-textarea name="text" label="Their words, or what they did" rows="3" maxlength="5000"
        ?data-wrong=${at.text !== undefined}
        hint=${at.text ?? "Evidence: it is kept with the event, and erased with the person."}
      ></wa-textarea>
      <wa-input name="collectedAt" label="When they did" type="datetime-local" step="1"
        ?data-wrong=${at.collectedAt !== undefined}
        hint=${at.collectedAt ?? "In your own time zone."}></wa-input>
      ${notice(whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.close}>Leave them out</wa-button>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Opt in</wa-button>
      </div>
    </form>`;
  }

  protected override closed() {
    this.#settle?.(false);
  }

  #renderFlag({ channel, source, since }: Flag) {
    return html`<p>They opted out of ${channelNames[channel]} by ${sourceName(source)},
      ${dateAndTime(since)}. Only a newer word of theirs lifts that. Without one, leave them out:
      they can opt in themselves, with a message of their own.</p>`;
  }

  async #optIn(event: Event) {
    event.preventDefault();
    const { refused } = this;
    const { text = "", collectedAt = "" } = valuesOf(event.target as HTMLFormElement);
    const moment = new Date(collectedAt);
    const at: Record<string, string> = {};
    if (text.trim() === "") at.text = "Write what they said or did.";
    if (Number.isNaN(moment.getTime())) at.collectedAt = "Write when they did.";
    if (!refused || Object.keys(at).length > 0) return this.complain({ whole: undefined, at });
    await this.attempt(
      () => this.#send(refused, text.trim(), moment.toISOString()),
      ["text", "collectedAt"],
    );
  }

  async #send({ profile, flag, reason }: Refused, text: string, collectedAt: string) {
    const optIn = { [flag.channel]: true };
    const evidence = { text, collectedAt };
    const { keptOut } = await setFlags(profile, { optIn, reason, evidence }).catch(fieldOf);
    if (keptOut?.[flag.channel])
      return this.complain({ whole: undefined, at: { collectedAt: tooOld } });
    this.#settle?.(true);
    this.close();
  }
}

/** The same problem, at the fields of the dialog. */
function fieldOf(error: unknown): never {
  if (!(error instanceof PortalProblem)) throw error;
  const issues = error.issues.map(({ path, message }) => ({
    path: path.replace("evidence.", ""),
    message,
  }));
  throw new PortalProblem(error.code, error.message, issues);
}

customElements.define("newer-word", NewerWord);

declare global {
  interface HTMLElementTagNameMap {
    "newer-word": NewerWord;
  }
}
