// Whether an answer is what its route declares: every answer of every test that uses the app is
// held against the schema in `describe`.

import assert from "node:assert/strict";
import { uniqueSymbol } from "hono-openapi";

type Route = { method: string; path: string; handler: unknown };

type Check = (value: unknown) => unknown;

type Response = { content?: Record<string, { schema: { validate: Check } }> };

type Asked = { method: string; path: string };

type Given = { status: number; type: string; body: unknown };

/**
 * Throws where an answer is another one than its route declares: another status that is good, or a
 * body that lacks something, has a field more, or is of another shape. Routes that declare nothing
 * are passed over.
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
  // What a schema does not name is left out of what it gives.
  const [all, named] = [given.body, result.value].map(withoutPrototypes);
  assert.deepEqual(all, named, `${what}: more than is declared`);
}

/** Names that the library leaves out of a record, whatever the record takes. */
function withoutPrototypes(value: unknown): unknown {
  const dropped = new Set(["__proto__", "constructor", "prototype"]);
  return JSON.parse(JSON.stringify(value ?? null), function (key, one) {
    return dropped.has(key) && !Array.isArray(this) ? undefined : one;
  });
}

/** What the first route that takes the request declares. */
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
