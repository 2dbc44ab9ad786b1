// biome-ignore-all lint/performance/useDomNodeTextContent: what counts is the text that people see.
// Forms for the tests: each has its own id and answers from a script.

import "../../../widgets/define.ts";
import type { PublicForm, ShownForm } from "../../../server/schemas/forms.ts";
import { showForm } from "../../../server/texts/show-form.ts";
import type { FilledForm, OptInFormState } from "../../../widgets/opt-in-form/filled-form.ts";
import type { OptInForm } from "../../../widgets/opt-in-form/opt-in-form.ts";

type Answer = {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  waits?: boolean;
  breaks?: boolean;
};
type Answers = { get?: Answer; post?: Answer; code?: Answer };
type Asked = {
  method: string;
  url: string;
  body: { address: string; [name: string]: unknown } | null;
};

/** The answer of `GET /public/forms/{id}` on a page in `lang`. */
export function aForm(more: Partial<PublicForm> = {}, lang = ""): ShownForm {
  const form: PublicForm = {
    id: crypto.randomUUID(),
    channel: "sms",
    addressKind: "phoneNumber",
    wording: 3,
    confirmationMessage: "I agree to get texts from Salt & Crumb. Reply STOP to end them.",
    buttonText: "Text me",
    businessName: "Salt & Crumb",
    privacyUrl: "https://example.com/privacy",
    thankYouText: "See you at the counter.",
    defaultCountry: "GB",
    confirm: "none",
    language: null,
    ...more,
  };
  return showForm(form, { page: lang });
}

/** An e-mail form. */
export function anEmailForm(more: Partial<PublicForm> = {}, lang = ""): ShownForm {
  return aForm({ channel: "email", addressKind: "email", buttonText: "Subscribe", ...more }, lang);
}

/**
 * Sets the API's answers for a form from now on; an answer that waits does so until the next
 * script.
 */
export async function script(form: ShownForm, answers: Answers = {}) {
  const done = { body: { status: "done", thankYouText: form.thankYouText } };
  const body = JSON.stringify({ get: { body: form }, post: done, ...answers });
  await fetch(`/script/${form.id}`, { method: "PUT", body });
}

/** The requests that the API got for a form. */
export async function asked(form: ShownForm): Promise<Asked[]> {
  return (await fetch(`/script/${form.id}`)).json();
}

/** A problem as the API answers it. */
export function problem(status: number, code: string, more: object = {}): Answer {
  return {
    status,
    body: { type: "about:blank", title: code, status, detail: code, code, ...more },
  };
}

/** Puts a form on the page and waits until it is in `state`. */
export async function show(
  form: ShownForm,
  {
    answers,
    state = "ready",
    into = document.body,
  }: { answers?: Answers; state?: OptInFormState; into?: Element } = {},
): Promise<OptInForm> {
  await script(form, answers);
  const element = document.createElement("opt-in-form");
  element.form = form.id;
  into.append(element);
  await reaches(element, state);
  return element;
}

/** Waits until the form is in `state` and drawn so. */
export async function reaches(element: FilledForm, state: OptInFormState) {
  await until(() => element.state === state);
  await element.updateComplete;
}

/** Waits until something is true, by looking again and again. */
export async function until(isSo: () => boolean) {
  for (const end = performance.now() + 5_000; !isSo(); ) {
    if (performance.now() > end) throw new Error(`This never came true: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Something inside the form. */
export function inside<Found extends HTMLElement = HTMLElement>(
  element: FilledForm,
  selector: string,
): Found {
  const found = element.renderRoot.querySelector<Found>(selector);
  if (!found) throw new Error(`The form has no ${selector}.`);
  return found;
}

/** Types an address and presses the button. */
export function send(element: FilledForm, address: string) {
  inside<HTMLInputElement>(element, "#address").value = address;
  inside(element, "button").click();
}

/** All the text of the form that a person reads. */
export function textOf(element: FilledForm): string {
  return inside(element, ".card").innerText.replace(/\s+/g, " ").trim();
}
