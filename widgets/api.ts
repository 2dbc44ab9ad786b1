// The only network code of the widgets.

import type * as v from "valibot";
import type { ShownForm, submitted } from "../server/schemas/forms.ts";
import type { FailureReason } from "./events.ts";

/** What a person sends: the address, the wording that they saw, and what the page adds. */
export type Submission = { address: string; wording: number; website?: string; host?: string };

/** The code that was sent to an address. */
export type CodeConfirmation = { address: string; code: string; host?: string };

/** A call that failed; `detail` is the server's explanation. */
export class ApiFailure extends Error {
  readonly reason: FailureReason;
  readonly detail: string | undefined;

  constructor(reason: FailureReason, detail?: string) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

const patience = 20_000;

/** The outcome: opted in, or waiting for the person's confirmation. */
export type Submitted = v.InferOutput<typeof submitted>;

/** The content of a form, for a page in `lang` (BCP 47, may be empty); throws an `ApiFailure`. */
export function fetchForm(api: string, id: string, lang: string): Promise<ShownForm> {
  return call(api, pathOf(id, "", lang), {});
}

/**
 * Sends a submission, or the code that confirms one; problems come in `lang`. Throws an
 * `ApiFailure`.
 */
export function send(api: string, id: string, lang: string, body: Submission | CodeConfirmation) {
  return call<Submitted>(
    api,
    pathOf(id, "code" in body ? "/confirmations" : "/submissions", lang),
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  );
}

function pathOf(id: string, verb: string, lang: string) {
  return `forms/${encodeURIComponent(id)}${verb}?lang=${encodeURIComponent(lang)}`;
}

/** Calls `/public/{path}`; an empty answer is undefined. Throws an `ApiFailure`. */
export async function call<Answer>(api: string, path: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`${api.replace(/\/+$/, "")}/public/${path}`, {
      ...init,
      credentials: "omit",
      referrerPolicy: "strict-origin",
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new ApiFailure(navigator.onLine ? "unreachable" : "offline");
  }
  const body = await response.json().catch(() => undefined);
  if (response.ok && (body || response.status === 204)) return body;
  throw failure(response, body);
}

const reasons: Record<number, FailureReason> = {
  403: "origin_not_allowed",
  404: "closed",
  410: "closed",
  422: "invalid",
  429: "rate_limited",
};

function failure(
  { status }: Response,
  body: { detail?: string; issues?: { message: string }[] } | undefined,
) {
  return new ApiFailure(
    reasons[status] ?? "unavailable",
    body?.issues?.[0]?.message ?? body?.detail,
  );
}
