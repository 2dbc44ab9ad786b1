// What a visitor reads when something is wrong, instead of the words that are meant for developers.

import { type ErrorCode, Problem } from "../errors.ts";
import type { Language } from "../schemas/languages.ts";
import { type TextName, text } from "./texts.ts";

const names: Partial<Record<ErrorCode, TextName>> = {
  gone: "form.closed",
  invalid: "form.reload",
  not_found: "form.closed",
  origin_not_allowed: "form.originNotAllowed",
};

/** The problem of a form as its visitor reads it, in the detail and in each issue. */
export function inWords(problem: Problem, language: Language): Problem {
  const detail = words(problem, language);
  const { code, issues, retryAfter } = problem;
  return new Problem(code, detail, {
    ...(issues && { issues: issues.map(({ path }) => ({ path, message: detail })) }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

function words({ code, visitorText, retryAfter = 0 }: Problem, language: Language): string {
  if (visitorText) return text(language, visitorText as TextName);
  if (code !== "rate_limited") return text(language, names[code] ?? "form.unavailable");
  if (retryAfter <= 0) return text(language, "form.waitSoon");
  // A wait of more than 90 seconds reads better in minutes.
  return retryAfter > 90
    ? text(language, "form.waitMinutes", { count: Math.ceil(retryAfter / 60) })
    : text(language, "form.waitSeconds", { count: Math.ceil(retryAfter) });
}
