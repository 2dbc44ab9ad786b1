// biome-ignore-all lint/performance/useDomNodeTextContent: what counts is the text that people see.
// Links for the tests: each has its own token and answers from a script.

import "../../../widgets/define.ts";
import type { Channel } from "../../../server/schemas/channels.ts";
import type { Language } from "../../../server/schemas/languages.ts";
import type { EditedFlags, Preference, Preferences } from "../../../server/schemas/preferences.ts";
import { textsOf } from "../../../server/texts/texts.ts";
import type { PreferenceToggles } from "../../../widgets/preference-toggles/preference-toggles.ts";
import type { ProfileFlagEditor } from "../../../widgets/profile-flag-editor/profile-flag-editor.ts";
import { until } from "./forms.ts";

export type Answer = { status?: number; body?: unknown; waits?: boolean; breaks?: boolean };
type Method = "get" | "put" | "delete" | "copy";
type Asked = { method: string; url: string; body: Record<string, unknown> | null };

const around = (language: Language, page: "preferences" | "editor") => ({
  expiresAt: "2026-11-30T12:00:00.000Z",
  language,
  texts: { ...textsOf(language, "channels"), ...textsOf(language, page) },
});

/** One switch, on since a day in March. */
export function aPreference(channel: Channel, more: Partial<Preference> = {}): Preference {
  return {
    channel,
    address: channel === "email" ? "a•••@example.com" : "+44 •••• 0123",
    optedIn: true,
    asked: true,
    since: "2026-03-03T12:00:00.000Z",
    source: "form",
    changeable: true,
    why: null,
    ...more,
  };
}

/** The answer of `GET /public/preferences`: two switches that are on. */
export function preferencesOf(
  items: Preference[] = [aPreference("sms"), aPreference("email")],
  { language = "en", limited = false }: { language?: Language; limited?: boolean } = {},
): Preferences {
  return { items, limited, ...around(language, "preferences") };
}

/** What `GET /public/editor` answers: one flag in by a form, one that nobody asked about. */
export function flagsOf(
  more: Partial<EditedFlags["items"][number]> = {},
  language: Language = "en",
): EditedFlags {
  const common = { since: "2026-03-03T12:00:00.000Z", event: "1", changeable: true, why: null };
  const items: EditedFlags["items"] = [
    {
      ...common,
      channel: "sms",
      optedIn: true,
      asked: true,
      source: "form",
      actor: { form: "f1", wording: 2 },
      ...more,
    },
    { ...common, channel: "email", optedIn: false, asked: false, source: "default", actor: {} },
  ];
  return { profileId: "ada", items, ...around(language, "editor") };
}

/**
 * Sets the API's answers for a token from now on; an answer that waits does so until the next
 * script.
 */
export async function script(token: string, answers: Partial<Record<Method, Answer>>) {
  await fetch(`/script/${token}`, { method: "PUT", body: JSON.stringify(answers) });
}

/** The requests that the API got with a token, in order, without the first. */
export async function askedLater(token: string): Promise<Asked[]> {
  const asked: Asked[] = await (await fetch(`/script/${token}`)).json();
  return asked.slice(1);
}

/** Waits until the API got so many requests with a token, without the first. */
export async function isAskedLater(token: string, times: number) {
  for (const end = performance.now() + 5_000; (await askedLater(token)).length < times; ) {
    if (performance.now() > end) throw new Error(`The API was never asked ${times} times.`);
  }
}

/** Puts a widget on the page and waits until it is in `state`. */
export async function show<Tag extends "preference-toggles" | "profile-flag-editor">(
  tag: Tag,
  answers: Partial<Record<Method, Answer>>,
  { state = "ready", into = document.body }: { state?: string; into?: Element } = {},
): Promise<HTMLElementTagNameMap[Tag]> {
  const element = document.createElement(tag);
  element.token = crypto.randomUUID();
  await script(element.token, answers);
  into.append(element);
  await reaches(element, state);
  return element;
}

/** Waits until a widget is in `state` and drawn so. */
export async function reaches(element: PreferenceToggles | ProfileFlagEditor, state: string) {
  await until(() => element.state === state);
  await element.updateComplete;
}

/** Something inside a widget. */
export function inside<Found extends HTMLElement = HTMLElement>(
  element: PreferenceToggles | ProfileFlagEditor,
  selector: string,
): Found {
  const found = element.renderRoot.querySelector<Found>(selector);
  if (!found) throw new Error(`The widget has no ${selector}.`);
  return found;
}

/** The button that says this. */
export function button(element: PreferenceToggles | ProfileFlagEditor, text: string): HTMLElement {
  const found = [...element.renderRoot.querySelectorAll<HTMLElement>("button, summary")].find(
    (one) => one.innerText.trim() === text && one.checkVisibility(),
  );
  if (!found) throw new Error(`The widget has no button that says ${text}.`);
  return found;
}

/** Waits until a widget says something. */
export async function says(element: PreferenceToggles | ProfileFlagEditor, text: string) {
  await until(() => textOf(element).includes(text));
}

/** All the text of a widget that a person reads. */
export function textOf(element: PreferenceToggles | ProfileFlagEditor): string {
  return inside(element, ".card").innerText.replace(/\s+/g, " ").trim();
}
