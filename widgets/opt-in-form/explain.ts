// What the form says when something is wrong.

import type { ShownForm } from "../../server/schemas/forms.ts";
import type { ApiFailure } from "../api.ts";

type Texts = ShownForm["texts"];

/** What is wrong with the input, if no server could accept it; the server checks the rest. */
export function complaint(
  kind: ShownForm["addressKind"] | "address" | "code",
  typed: string,
  texts: Texts,
): string | undefined {
  const digits = typed.match(/\p{Nd}/gu)?.length ?? 0;
  if (kind === "code") return digits === 6 ? undefined : texts.codeMissing;
  if (!typed) return texts.missing;
  const email = /[^\s@]@[^\s@]+[.\u3002][^\s@]/;
  return (kind === "email" ? email.test(typed.normalize("NFKC")) : digits > 3)
    ? undefined
    : texts.invalid;
}

/** A failure in words for a visitor: the server's own, if it answered. */
export function explain({ reason, detail }: ApiFailure, texts: Texts): string | undefined {
  return detail || texts[reason] || texts.unavailable;
}
