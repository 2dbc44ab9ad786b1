// What is answered where no route is: 405 where another method has one, else 404.

import type { Context } from "hono";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./services.ts";

type Route = { method: string; path: string };

/** Throws `method_not_allowed`, with the header Allow, or `not_found`. */
export function notFoundAmong(routes: readonly Route[]): (c: Context<AppEnv>) => never {
  const patterns = routes.filter(isOwn).map(toPattern);
  return (c) => {
    const path = c.req.path.replace(/(?<=.)\/$/, "");
    const methods = patterns
      .filter(({ pattern }) => pattern.test(path))
      .map(({ method }) => method);
    if (methods.includes("GET")) methods.push("HEAD");
    const allowed = [...new Set(methods)].sort();
    if (allowed.length === 0 || allowed.includes(c.req.method)) {
      const where = (c.get("services").docs ?? true) ? " /docs lists what there is." : "";
      throw new Problem("not_found", `There is nothing here.${where}`);
    }
    c.header("Allow", allowed.join(", "));
    throw new Problem(
      "method_not_allowed",
      `${c.req.method} is not possible here, only ${allowed.join(", ")}.`,
    );
  };
}

/** Neither a middleware nor the page for addresses that somebody mistyped. */
function isOwn({ method, path }: Route): boolean {
  return method !== "ALL" && path !== "/:mistyped";
}

function toPattern({ method, path }: Route): { method: string; pattern: RegExp } {
  const pattern = path
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/:\w+/g, "[^/]+")
    .replace(/\/\*$/, "(/.*)?");
  return { method, pattern: new RegExp(`^${pattern}$`) };
}
