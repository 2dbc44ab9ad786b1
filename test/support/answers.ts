// Checks answers against their routes: every answer in every test that uses the app is compared
// with the schema in `describe`.

import assert from "node:assert/strict";
import { uniqueSymbol } from "hono-openapi";

type Route = { method: string; path: string; handler: unknown };

type Check = (value: unknown) => unknown;

type Response = { content?: Record<string, { schema: { validate: Check } }> };

type Asked = { method: string; path: string };

type Given = { status: number; type: string; body: unknown };

/**
 * Throws if an answer is not what its route declares: an undeclared successful status, or a body
 * with a missing field, an extra field, or another shape. Routes that declare nothing are skipped.
 */
export async function checkAnswer(routes: Route[], asked: Asked, given: Given): Promise<void> {
  const responses = declared(routes, asked);
  if (!responses) return;
  const what = `${asked.method} ${asked.path} answers ${given.status}`;
  const response = responses[given.status] ?? responses.default;
  if (given.status < 300)
    assert.notEqual(responses[given.status], undefined, `${what}: undeclared`);
  const content = response?.content?.[given.type];
  if (!content) return;
  const result = (await content.schema.validate(given.body)) as {
    value?: unknown;
    issues?: { message: string; path?: { key: unknown }[] }[];
  };
  const issues = result.issues?.map(({ message, path }) => [path?.map(({ key }) => key), message]);
  assert.equal(issues, undefined, `${what}: ${JSON.stringify(issues)}`);
  // Whatever the schema does not name is missing from its output.
  const [all, named] = [given.body, result.value].map(withoutPrototypes);
  assert.deepEqual(all, named, `${what}: more than is declared`);
}

/** Names that the library drops from a record, whatever the record allows. */
function withoutPrototypes(value: unknown): unknown {
  const dropped = new Set(["__proto__", "constructor", "prototype"]);
  return JSON.parse(JSON.stringify(value ?? null), function (key, one) {
    return dropped.has(key) && !Array.isArray(this) ? undefined : one;
  });
}

/** The declaration of the first route that matches the request. */
function declared(routes: Route[], { method, path }: Asked): Record<string, Response> | undefined {
  const pathname = path.split("?")[0] ?? "";
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replace(/:\w+(\{[^}]*\})?/g, "[^/]+")}/?$`);
    if (route.method !== method || !pattern.test(pathname)) continue;
    const marked = (route.handler as { [uniqueSymbol]?: { spec?: { responses?: object } } })[
      uniqueSymbol
    ];
    if (marked?.spec?.responses) return marked.spec.responses as Record<string, Response>;
  }
  return undefined;
}
