// A submission as it comes over HTTP: from the widget as JSON, or from the iframe page as an HTML form.

import type { Context as HonoContext } from "hono";
import type * as v from "valibot";
import type { AppEnv, Context } from "../context.ts";
import { clientFinder, limitedClient, shortenedClient } from "../middleware/client.ts";
import { pageOrigin } from "../middleware/cross-origin.ts";
import type { PublicForm, submission } from "../schemas/forms.ts";
import { seal, unseal } from "../seals.ts";
import { submitForm, wordingFinder } from "../submissions.ts";

type Body = v.InferOutput<typeof submission>;

/** Submits a form for the request and answers the form as it was shown. Throws as `submitForm` does. */
export type Submit = (c: HonoContext<AppEnv>, formId: string, body: Body) => Promise<PublicForm>;

/** Makes the one way from a request to `submitForm`. */
export function submitter({ sql, reads, trustedProxies, limits, secrets }: Context): Submit {
  const findWording = wordingFinder(reads);
  const findClient = clientFinder(trustedProxies);
  return async (c, formId, { address, wording, website, host }) => {
    const form = await findWording(formId, wording);
    // Only a robot fills in the field that nobody sees: it hears that all went well.
    if (website) return form;
    const client = findClient(c);
    const origin = pageOrigin(c) ?? (host ? (unsealHost(secrets, formId, host) ?? null) : null);
    const { headers } = c.env.incoming;
    const evidence = {
      page: isOrigin(origin) ? origin : null,
      userAgent: headers["user-agent"]?.slice(0, 500) ?? null,
      language: headers["accept-language"]?.slice(0, 100) ?? null,
      clientAddress: shortenedClient(client),
    };
    await submitForm(sql, { form, address, origin, client: limitedClient(client), evidence }, limits);
    return form;
  };
}

/** Browsers send an origin; others send what they like, which proves nothing. */
function isOrigin(text: string | null): boolean {
  return text !== null && text.length <= 300 && URL.canParse(text) && new URL(text).origin === text;
}

/** The origin of the page around an iframe, sealed for one form, so that the iframe can hand it back. */
export function sealHost(secrets: readonly string[], formId: string, origin: string): string {
  return seal(secrets, `host of ${formId}`, origin);
}

function unsealHost(secrets: readonly string[], formId: string, sealed: string): string | undefined {
  return unseal(secrets, `host of ${formId}`, sealed);
}
