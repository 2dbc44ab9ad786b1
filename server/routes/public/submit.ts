// A submission and its confirmation as they come over HTTP: from the widget as JSON, or from the
// iframe page as an HTML form.

import type { Context } from "hono";
import type * as v from "valibot";
import { confirmationMessage, confirmByCode } from "../../forms/confirmations.ts";
import { type SubmissionEvidence, submitForm, wordingFinder } from "../../forms/submissions.ts";
import { clientFinder, limitedClient, shortenedClient } from "../../http/client.ts";
import { pageOrigin } from "../../http/cross-origin.ts";
import { evenly } from "../../http/evenly.ts";
import { hintsOf } from "../../http/language.ts";
import type { AppEnv, Services } from "../../http/services.ts";
import { seal, unseal } from "../../links/seals.ts";
import type { codeConfirmation, PublicForm, submission } from "../../schemas/forms.ts";
import { chooseLanguage } from "../../texts/language.ts";

type Body = v.InferOutput<typeof submission>;

/**
 * Submits a form for the request and answers the form as it was shown; its `confirm` says what came
 * of it. Throws as `submitForm` does.
 */
export type Submit = (c: Context<AppEnv>, formId: string, body: Body) => Promise<PublicForm>;

/**
 * Confirms a submission by its code and gives the thank-you text. Throws as `confirmByCode` does.
 */
export type ConfirmCode = (
  c: Context<AppEnv>,
  formId: string,
  body: v.InferOutput<typeof codeConfirmation>,
) => Promise<string | null>;

/** Makes the one way from a request to `submitForm`. */
export function submitter({
  sql,
  reads,
  publicUrl,
  trustedProxies,
  limits,
  answerTime,
  secrets,
  poke,
}: Services): Submit {
  const findWording = wordingFinder(reads);
  const findClient = clientFinder(trustedProxies);
  return async (c, formId, { address, wording, website, host }) => {
    const form = await findWording(formId, wording);
    // Only a robot fills in the hidden field; it is told that all went well.
    if (website) return form;
    const client = findClient(c);
    const origin = originOf(c, { secrets, formId, host });
    const evidence = evidenceOf(c, { client, origin });
    const submission = { form, address, origin, client: limitedClient(client), evidence };
    // A new profile takes longer than one that is there.
    return evenly(answerTime, async () => {
      if (form.confirm === "none" && (await submitForm(sql, submission, limits))) return form;
      const language = chooseLanguage({ ...hintsOf(c), form: form.language });
      const confirmation = confirmationMessage(form, { language, publicUrl });
      await submitForm(sql, { ...submission, confirmation }, limits);
      poke();
      return { ...form, confirm: "double" };
    });
  };
}

/** Makes the one way from a request to `confirmByCode`. */
export function codeConfirmer({
  sql,
  reads,
  trustedProxies,
  limits,
  secrets,
}: Services): ConfirmCode {
  const findWording = wordingFinder(reads);
  const findClient = clientFinder(trustedProxies);
  return async (c, formId, { address, code, host }) => {
    const form = await findWording(formId, undefined);
    const client = findClient(c);
    const origin = originOf(c, { secrets, formId, host });
    const evidence = evidenceOf(c, { client, origin });
    return confirmByCode(
      sql,
      { form, address, code, origin, client: limitedClient(client), evidence },
      limits,
    );
  };
}

/** What a request says that proves it; `origin` is that of the page around. */
export function evidenceOf(
  c: Context<AppEnv>,
  { client, origin }: { client: string; origin: string | null },
): SubmissionEvidence {
  const { headers } = c.env.incoming;
  return {
    page: isOrigin(origin) ? origin : null,
    userAgent: headers["user-agent"]?.slice(0, 500) ?? null,
    language: headers["accept-language"]?.slice(0, 100) ?? null,
    clientAddress: shortenedClient(client),
  };
}

function originOf(
  c: Context<AppEnv>,
  {
    secrets,
    formId,
    host,
  }: { secrets: readonly string[]; formId: string; host: string | undefined },
): string | null {
  return pageOrigin(c) ?? (host ? (unsealHost(secrets, formId, host) ?? null) : null);
}

/** Browsers send their page's origin. Other clients send what they like, which proves nothing. */
function isOrigin(text: string | null): boolean {
  return text !== null && text.length <= 300 && URL.canParse(text) && new URL(text).origin === text;
}

/**
 * The origin of the page around an iframe, sealed for one form, so that the iframe can hand it
 * back.
 */
export function sealHost(secrets: readonly string[], formId: string, origin: string): string {
  return seal(secrets, `host of ${formId}`, origin);
}

function unsealHost(
  secrets: readonly string[],
  formId: string,
  sealed: string,
): string | undefined {
  return unseal(secrets, `host of ${formId}`, sealed);
}
