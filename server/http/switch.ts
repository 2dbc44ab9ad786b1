// What an operator can switch off.

import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./services.ts";

/** Answers as if nothing were here, unless this is on. */
export function onlyIf(isOn: boolean): MiddlewareHandler<AppEnv> {
  return (c, next) => (isOn ? next() : Promise.resolve(c.notFound()));
}
