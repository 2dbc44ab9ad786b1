// The API in the widgets' tests: real HTTP, with the answers for each form and each token scripted
// by its test.

/**
 * Middleware: `PUT /script/{id}` sets the answers, `GET /script/{id}` returns the requests, and the
 * rest is the public API.
 */
export function scriptedApi() {
  const scripts = new Map();
  return async (context, next) => {
    const [, area, ...rest] = context.path.split("/");
    if (area === "script") {
      const id = rest[0];
      if (context.method === "PUT") {
        const former = scripts.get(id);
        former?.release?.();
        scripts.set(id, { ...JSON.parse(await bodyOf(context.req)), asked: former?.asked ?? [] });
      }
      context.body = scripts.get(id)?.asked ?? [];
      return;
    }
    if (area !== "public") return next();
    const [, token] = /^Bearer (.+)$/.exec(context.get("authorization")) ?? [];
    const script = scripts.get(token ?? rest[1]);
    const body = await bodyOf(context.req);
    const { method, url } = context;
    script?.asked.push({ method, url, body: body ? JSON.parse(body) : null });
    const posted = rest[2] === "confirmations" ? script?.code : script?.post;
    const named = script?.[rest[1] === "copy" ? "copy" : method.toLowerCase()];
    const answer = (method === "POST" ? posted : named) ?? {
      status: 404,
      body: { code: "not_found" },
    };
    if (answer.waits) await new Promise((resolve) => (script.release = resolve));
    if (answer.breaks) return context.req.socket.destroy();
    context.status = answer.status ?? 200;
    context.set(answer.headers ?? {});
    context.body = answer.body;
  };
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
