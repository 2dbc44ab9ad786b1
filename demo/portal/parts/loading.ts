// What is shown while something loads, or if it failed to.

import type { Task } from "@lit/task";
import { html, nothing, type TemplateResult } from "lit";

// biome-ignore lint/suspicious/noExplicitAny: whatever a task is given, this only shows what it gives.
type Loading<Value> = Task<any, Value>;

/**
 * Shows a task's result, a skeleton while it first loads, and a button to try again.
 */
export function whenLoaded<Value>(
  task: Loading<Value>,
  view: (value: Value) => TemplateResult,
  lines = 3,
): TemplateResult {
  return task.render({
    initial: () => bones(lines),
    pending: () => (task.value === undefined ? bones(lines) : view(task.value)),
    complete: view,
    error: (error) => failure(error, () => task.run()),
  }) as TemplateResult;
}

/** An error and a button that tries again. */
export function failure(error: unknown, retry: () => void): TemplateResult {
  return html`<wa-callout variant="danger" role="alert">
    <p>${messageOf(error)}</p>
    <wa-button size="s" appearance="outlined" @click=${retry}>Try again</wa-button>
  </wa-callout>`;
}

/** What is wrong, above the buttons of a form. */
export function notice(message: string | undefined): TemplateResult | typeof nothing {
  return message
    ? html`<wa-callout variant="danger" size="s" role="alert">${message}</wa-callout>`
    : nothing;
}

/** An error in words that a person can read. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong. Try again.";
}

function bones(lines: number): TemplateResult {
  return html`<div class="bones" role="status" aria-label="Loading">
    ${Array.from({ length: lines }, () => html`<wa-skeleton effect="pulse"></wa-skeleton>`)}
  </div>`;
}
