// The two steps of a new form are entries of the browser's history, so that the back button goes
// one step back and a reload loses nothing.

import type { FormBody } from "../../../../server/schemas/forms.ts";

export type Step = "what" | "words";

/** The current step, and the draft so far. */
export type Kept = { step: Step; draft: FormBody; ownWords: boolean };

/** What this entry of the history holds; undefined on a page that was just opened. */
export function keptHere(): Kept | undefined {
  const state = history.state as Partial<Kept> | null;
  return state?.draft ? (state as Kept) : undefined;
}

/** Stores the draft in this entry. */
export function keepHere(kept: Kept): void {
  history.replaceState(kept, "");
}

/** Goes to another step. */
export function addStep(kept: Kept): void {
  history.pushState(kept, "");
}

/**
 * Goes back to the first step, so that its replacement leaves no way back into a form that was
 * already created.
 */
export async function leaveSteps(): Promise<void> {
  if (keptHere()?.step !== "words") return;
  const left = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
  history.back();
  await left;
}
