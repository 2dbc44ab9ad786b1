// The plain form that the iframe page carries for browsers without JavaScript, and how the element takes it over.

/** What a person had already done in the plain form, and how to put their cursor back. */
export type TakenOver = {
  address: string;
  host: string | undefined;
  error: string | undefined;
  restoreFocus: (input: HTMLInputElement | null) => void;
};

/** Reads the plain form inside the element and removes it; nothing when there is none. */
export function takeOver(element: HTMLElement): TakenOver | undefined {
  const form = element.querySelector("form");
  const field = form?.querySelector<HTMLInputElement>("[name=address]");
  if (!form || !field) return undefined;
  const focused = document.activeElement === field;
  const { value, selectionStart, selectionEnd } = field;
  const taken: TakenOver = {
    address: value,
    host: form.querySelector<HTMLInputElement>("[name=host]")?.value,
    error: form.querySelector(".error")?.textContent ?? undefined,
    restoreFocus(input) {
      if (!focused || !input) return;
      input.focus({ preventScroll: true });
      // An email field has no selection to read: its cursor stands at the end after its value was set.
      if (selectionStart !== null) input.setSelectionRange(selectionStart, selectionEnd);
    },
  };
  form.remove();
  return taken;
}
