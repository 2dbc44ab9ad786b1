// A session of the portal, without a browser.

import assert from "node:assert/strict";
import type { Answer } from "./app.ts";

/** The password that the app or server must be started with. */
export const adminPassword = "correct horse battery staple";

/** Signs in; returns a function that calls as the portal does, in one session. */
export async function portalOf(app: { url: string }) {
  const send = (method: string, path: string, body: unknown, headers: Record<string, string>) =>
    fetch(`${app.url}${path}`, {
      method,
      headers: { "Content-Type": "application/json", Origin: app.url, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const signedIn = await send("POST", "/session", { password: adminPassword }, {});
  assert.equal(signedIn.status, 200);
  const Cookie = (signedIn.headers.get("Set-Cookie") ?? "").split(";")[0] as string;
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await send(method, path, body, { Cookie });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text ? JSON.parse(text) : text,
    };
  };
}
