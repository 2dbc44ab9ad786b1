// What the form says when something is wrong.

import type { PublicForm } from "../../server/schemas/forms.ts";
import type { ApiFailure } from "../api.ts";
import { texts } from "./texts.ts";

type AddressKind = PublicForm["addressKind"];

/** What is wrong with a typed address, if no server could accept it; the server knows the rest. */
export function complaint(kind: AddressKind, address: string): string | undefined {
  if (kind === "email") {
    if (!address) return texts.emailMissing;
    return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) ? undefined : texts.emailInvalid;
  }
  if (!address) return texts.phoneMissing;
  return (address.match(/\p{Nd}/gu) ?? []).length < 4 ? texts.phoneInvalid : undefined;
}

/** A failure in words for a visitor. */
export function explain({ reason, detail, retryAfter }: ApiFailure, kind: AddressKind | undefined): string {
  if (reason === "invalid") return detail || texts[kind === "email" ? "emailInvalid" : "phoneInvalid"];
  if (reason === "rate_limited") return retryAfter ? texts.rateLimited(retryAfter) : texts.rateLimitedSoon;
  return reason === "origin_not_allowed" ? texts.originNotAllowed : texts[reason];
}
