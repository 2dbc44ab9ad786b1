// A person's changes, until the server has saved them.

import type { PropertyDeclarations, PropertyValues } from "lit";
import type { Channel } from "../../server/schemas/channels.ts";
import type { OptIn } from "../../server/schemas/flags.ts";
import type { Preferences } from "../../server/schemas/preferences.ts";
import type { ApiFailure } from "../api.ts";
import { LinkedChangedEvent } from "../events.ts";
import { setPreferences } from "../linked-api.ts";
import { asFailure, LinkedElement } from "../linked-element.ts";

type Unsaved = Partial<Record<Channel, { wish: boolean; failure: ApiFailure }>>;

/** Saves each change of a person's preferences at once, and keeps those that failed. */
export abstract class SavingElement extends LinkedElement<Preferences> {
  static override properties: PropertyDeclarations = {
    news: {},
    wishes: { state: true },
    unsaved: { state: true },
  };

  /** The name of the text that says what happened last. */
  declare news: string;
  /** The changes that are on their way to the server. */
  declare protected wishes: OptIn;
  /** The changes that failed, and why. */
  declare protected unsaved: Unsaved;

  #saving = false;

  constructor() {
    super();
    this.news = "savedAtOnce";
    this.wishes = {};
    this.unsaved = {};
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    super.willUpdate(changed);
    if (changed.has("token")) this.unsaved = {};
  }

  /** Shows changes at once, and saves them. */
  protected set(optIn: OptIn) {
    this.wishes = { ...this.wishes, ...optIn };
    this.unsaved = without(this.unsaved, optIn);
    this.#save();
  }

  /** One call at a time, so that the newest wish for a channel is the last that the server gets. */
  async #save() {
    if (this.#saving) return;
    this.#saving = true;
    while (Object.keys(this.wishes).length > 0) {
      const sent = this.wishes;
      this.news = "saving";
      try {
        const saved = await setPreferences(this.link, sent);
        if (this.content?.stop) await this.end("stopped");
        else this.content = { ...this.content, ...saved };
        this.news = saved.items.some(({ optedIn }) => optedIn) ? "saved" : "allOff";
        this.dispatchEvent(new LinkedChangedEvent("preferences", sent));
      } catch (error) {
        this.#undo(sent, asFailure(error));
      }
      this.wishes = stillWished(this.wishes, sent);
    }
    this.#saving = false;
  }

  #undo(sent: OptIn, failure: ApiFailure) {
    this.news = "notSaved";
    if (failure.reason === "closed") return this.fail(failure);
    for (const [channel, wish] of Object.entries(sent))
      if (this.wishes[channel as Channel] === wish)
        this.unsaved = { ...this.unsaved, [channel]: { wish, failure } };
    this.tellFailed(failure.reason);
  }

  protected retry(channel: Channel) {
    const unsaved = this.unsaved[channel];
    if (unsaved) this.set({ [channel]: unsaved.wish });
    this.renderRoot.querySelector<HTMLElement>(`[value="${channel}"]`)?.focus();
  }
}

function without<Values extends object>(values: Values, named: object): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !(name in named))) as Values;
}

/** What was changed again while the same channel was being saved. */
function stillWished(wishes: OptIn, sent: OptIn): OptIn {
  return Object.fromEntries(
    Object.entries(wishes).filter(([channel, wish]) => sent[channel as Channel] !== wish),
  );
}
