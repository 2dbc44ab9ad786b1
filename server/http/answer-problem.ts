// Where every error becomes an answer: application/problem+json, RFC 9457.

import { STATUS_CODES } from "node:http";
import type { Context } from "hono";
import { asProblem, type Problem, statusOf } from "../errors.ts";
import { loggable } from "../loggable.ts";
import { inWords } from "../texts/problems.ts";
import { readableProblem } from "./readable.ts";
import type { AppEnv } from "./services.ts";

/** Answers with the problem of an error. */
export function answerProblem(error: Error, c: Context<AppEnv>): Response {
  const problem = problemOf(error, c);
  const status = statusOf(problem.code);
  if (problem.code === "unauthorized") c.header("WWW-Authenticate", challenge(c));
  const visitor = c.get("visitorLanguage");
  const said = visitor ? inWords(problem, visitor) : problem;
  const { issues, channels } = visitor ? said : readableProblem(c, problem);
  const body = {
    type: "about:blank",
    title: STATUS_CODES[status],
    status,
    detail: said.message,
    code: said.code,
    issues,
    channels,
  };
  return c.body(JSON.stringify(body), status, { "Content-Type": "application/problem+json" });
}

/**
 * The problem of an error, its `Retry-After` set; what is inside of one that nobody foresaw goes to
 * the log alone.
 */
export function problemOf(error: Error, c: Context<AppEnv>): Problem {
  const problem = asProblem(error);
  if (problem.code === "internal")
    c.get("services").log.error({ id: c.get("requestId"), ...loggable(error) }, "unforeseen error");
  if (problem.retryAfter !== undefined) c.header("Retry-After", String(problem.retryAfter));
  return problem;
}

/** If HTTP Basic were offered, a browser would show its own dialog over the page. */
function challenge(c: Context<AppEnv>): string {
  return c.env.incoming.headers["sec-fetch-dest"] === "empty"
    ? "Bearer"
    : 'Bearer, Basic realm="Opt-in Kit"';
}
