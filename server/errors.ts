// The one error type of the domain, and the one map from its codes to HTTP status codes.

/** What a code means to an HTTP client; the codes are stable and part of the contract. */
const statuses = {
  malformed_json: 400,
  unauthorized: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  bad_signature: 403,
  not_found: 404,
  method_not_allowed: 405,
  address_in_use: 409,
  id_in_use: 409,
  two_profiles: 409,
  person_opted_out: 409,
  rule_exists: 409,
  in_flight: 409,
  wrong_status: 409,
  not_empty: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  opt_in_required: 422,
  not_reachable: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal: 500,
  not_configured: 501,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof statuses;

/**
 * One thing that is wrong with a request: where (dotted path, empty for the whole) and what to do
 * about it.
 */
export type Issue = { path: string; message: string };

/**
 * An error that the caller may read: `detail` says what happened and what to do, never what is
 * inside.
 */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly issues: Issue[] | undefined;
  /** Why no message may go out, by channel. */
  readonly channels: Record<string, string> | undefined;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter: number | undefined;
  /** The name of the text that explains it to a visitor; never part of the answer. */
  readonly visitorText: string | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    more: {
      issues?: Issue[];
      channels?: Record<string, string>;
      retryAfter?: number;
      visitorText?: string | undefined;
    } = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.issues = more.issues;
    this.channels = more.channels;
    this.retryAfter = more.retryAfter;
    this.visitorText = more.visitorText;
  }
}

/**
 * A problem with one field of the body, query or path; `visitorText` names the text that a visitor
 * reads.
 */
export function invalid(path: string, message: string, visitorText?: string): Problem {
  return new Problem("invalid", message, { issues: [{ path, message }], visitorText });
}

/** The problem of an id that no profile has. */
export function noProfile(): Problem {
  return new Problem("not_found", "There is no profile with this id.");
}

/** The problem of a profile whose properties, old and new together, would be too long. */
export function tooManyProperties(): Problem {
  const message =
    "The profile would have more than 20,000 characters of properties, as JSON. " +
    "Remove or shorten some first.";
  return new Problem("too_large", message, { issues: [{ path: "properties", message }] });
}

/** The HTTP status of a code. */
export function statusOf(code: ErrorCode) {
  return statuses[code];
}

/**
 * The problem that any error is to a caller: itself, or one that says no more than whether trying
 * again may help.
 */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, status, constraint_name } = error as Record<string, unknown>;
  if (status === 400)
    return new Problem(
      "malformed_json",
      "The body is not what its Content-Type says. Check it for a typing error.",
    );
  if (constraint_name === "properties_fit") return tooManyProperties();
  if (code === "40001" || code === "40P01" || code === "55P03") {
    const detail =
      "Another request was changing the same at this instant. Nothing was changed; try again.";
    return new Problem("unavailable", detail, { retryAfter: 1 });
  }
  if (code === "57014") {
    const detail = "This took too long and was given up. Nothing was changed; try again later.";
    return new Problem("unavailable", detail, { retryAfter: 10 });
  }
  if (typeof code === "string" && cut.test(code)) {
    return new Problem(
      "unavailable",
      "The connection to the database was lost before it answered. Look whether it was done, or try again.",
      { retryAfter: 2 },
    );
  }
  if (typeof code === "string" && passing.test(code)) {
    return new Problem(
      "unavailable",
      "The database cannot be reached just now. Nothing was changed; try again.",
      { retryAfter: 2 },
    );
  }
  return new Problem(
    "internal",
    "Something went wrong here. The log has more, under the X-Request-Id of this answer.",
  );
}

// A commit may have been on its way when the connection ended.
const cut = /^(CONNECTION_(CLOSED|DESTROYED)|ECONNRESET|EPIPE|ETIMEDOUT|08006|57P0[12])$/;

// The database is away, is starting or stopping, or has no connection left.
const passing =
  /^(CONNECTION_\w+|CONNECT_TIMEOUT|ECONNREFUSED|ENOENT|08\w{3}|53300|57P0[3-5]|25P0[34])$/;
