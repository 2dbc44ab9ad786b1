// Short news at the edge of the page, read out by screen readers, often with a way back.

import type WaToast from "@awesome.me/webawesome/dist/components/toast/toast.js";
import { messageOf } from "./loading.ts";

type News = { undo?: () => Promise<unknown>; variant?: "success" | "danger" };

/** Says something for a while; `undo` adds the button that takes it back. */
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

/** Does something, and says what went wrong when it did not work. */
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
