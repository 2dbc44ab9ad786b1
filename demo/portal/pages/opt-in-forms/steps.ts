// The two steps of a new form stand in the browser's history, so that its back button goes one step
// back and a reload loses nothing.

import type { FormBody } from "../../../../server/schemas/forms.ts";

export type Step = "what" | "words";

/** Where one is, and what was written so far. */
export type Kept = { step: Step; draft: FormBody; ownWords: boolean };

/** What was kept at this place in the history; undefined on a page just opened. */
export function keptHere(): Kept | undefined {
  const state = history.state as Partial<Kept> | null;
  return state?.draft ? (state as Kept) : undefined;
}

/** Keeps what was written, at this place. */
export function keepHere(kept: Kept): void {
  history.replaceState(kept, "");
}

/** Goes on to another step. */
export function addStep(kept: Kept): void {
  history.pushState(kept, "");
}

/**
 * Goes back to the first step, so that what replaces it leaves no way back into a form that is
 * made.
 */
export async function leaveSteps(): Promise<void> {
  if (keptHere()?.step !== "words") return;
  const left = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
  history.back();
  await left;
}
