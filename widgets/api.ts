// The only network code of the widgets.

import type { PublicForm } from "../server/schemas/forms.ts";
import type { FailureReason } from "./events.ts";

/** What a person sends: the address, the wording they saw, and what the page adds. */
export type Submission = { address: string; wording: number; website?: string; host?: string };

/** A call that did not work; `detail` is the server's text for a bad field, `retryAfter` counts seconds. */
export class ApiFailure extends Error {
  readonly reason: FailureReason;
  readonly detail: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    reason: FailureReason,
    more: { detail?: string | undefined; retryAfter?: number | undefined } = {},
  ) {
    super(reason);
    this.reason = reason;
    this.detail = more.detail;
    this.retryAfter = more.retryAfter;
  }
}

const patience = 20_000;

/** The content of a form; throws an `ApiFailure`. */
export function fetchForm(api: string, id: string): Promise<PublicForm> {
  return call(api, `forms/${encodeURIComponent(id)}`, {});
}

/** Sends one submission and gives the thank-you text; throws an `ApiFailure`. */
export function submitForm(api: string, id: string, submission: Submission) {
  return call<{ thankYouText: string | null }>(api, `forms/${encodeURIComponent(id)}/submissions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(submission),
  });
}

/** Asks `/public/{path}`; no content is undefined. Throws an `ApiFailure`. */
export async function call<Answer>(api: string, path: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${api.replace(/\/+$/, "")}/public/${path}`, {
      ...init,
      credentials: "omit",
      referrerPolicy: "strict-origin",
      signal: AbortSignal.timeout(patience),
    });
    text = await response.text();
  } catch {
    throw new ApiFailure(navigator.onLine ? "unreachable" : "offline");
  }
  const body = parse(text);
  if (response.ok && (body || response.status === 204)) return body;
  throw failure(response, body);
}

function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(response: Response, body: { code?: string; issues?: { message: string }[] } | undefined) {
  const { status } = response;
  if (status === 404 || status === 410) return new ApiFailure("closed");
  if (status === 403) return new ApiFailure("origin_not_allowed");
  if (status === 422) return new ApiFailure("invalid", { detail: body?.issues?.[0]?.message });
  if (status === 429) {
    const seconds = Math.ceil(Number(response.headers.get("retry-after")));
    return new ApiFailure("rate_limited", { retryAfter: seconds > 0 ? seconds : undefined });
  }
  return new ApiFailure("unavailable");
}
