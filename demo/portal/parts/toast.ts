// Toasts: short messages at the edge of the page, read out by screen readers, often with an undo.

import type WaToast from "@awesome.me/webawesome/dist/components/toast/toast.js";
import { messageOf } from "./loading.ts";

type News = { undo?: () => Promise<unknown>; variant?: "success" | "danger" };

/** Shows a message for a while; `undo` adds a button that reverts the change. */
export function toast(message: string, { undo, variant = "success" }: News = {}): void {
  const stack = document.querySelector<WaToast>("wa-toast");
  const item = document.createElement("wa-toast-item");
  item.variant = variant;
  item.duration = variant === "danger" || undo ? 10_000 : 5_000;
  const text = document.createElement("span");
  text.textContent = message;
  item.append(text);
  if (undo) item.append(undoButton(() => item.hide(), undo));
  stack?.append(item);
}

/** Runs an action, and shows what went wrong if it failed. */
export async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    toast(messageOf(error), { variant: "danger" });
  }
}

function undoButton(hide: () => void, undo: () => Promise<unknown>): HTMLElement {
  const button = document.createElement("wa-button");
  button.size = "s";
  button.appearance = "plain";
  button.textContent = "Undo";
  button.addEventListener("click", () => {
    hide();
    attempt(undo);
  });
  return button;
}
