// Double opt-in: what a pending submission sends to its address, and the person's answer to it.

import { randomBytes, randomInt } from "node:crypto";
import { normaliseAddress } from "../addresses/normalise.ts";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { knownOutcome } from "../database/outcome.ts";
import { invalid, Problem } from "../errors.ts";
import type { PublicForm } from "../schemas/forms.ts";
import type { Language } from "../schemas/languages.ts";
import { text } from "../texts/texts.ts";
import {
  type ConfirmationMessage,
  closed,
  noForm,
  originNotAllowed,
  type SubmissionEvidence,
} from "./submissions.ts";

/** A confirmation by code, as it came. */
export type CodeConfirmation = {
  form: PublicForm;
  address: string;
  code: string;
  origin: string | null;
  client: string;
  evidence: SubmissionEvidence;
};

/** A pending submission as its link's page shows it. */
export type Pending = {
  /** False where its form was deleted or paused meanwhile: then it confirms nothing. */
  open: boolean;
  language: Language;
  businessName: string | null;
  confirmationMessage: string;
};

/** What its page says once a link has confirmed. */
export type Confirmed = Pick<Pending, "language" | "businessName"> & {
  thankYouText: string | null;
};

/** Writes the message that asks for confirmation. */
export function confirmationMessage(
  { addressKind, businessName: business }: PublicForm,
  { language, publicUrl }: { language: Language; publicUrl: string },
): ConfirmationMessage {
  if (addressKind === "email") {
    const secret = randomBytes(32).toString("base64url");
    const link = `${publicUrl}/public/confirm/${secret}`;
    const title = business
      ? text(language, "mail.confirmTitleFrom", { business })
      : text(language, "mail.confirmTitle");
    return { secret, language, title, body: text(language, "mail.confirmBody", { link }) };
  }
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const body = business
    ? text(language, "mail.confirmCodeFrom", { code, business })
    : text(language, "mail.confirmCode", { code });
  return { secret: code, language, title: null, body };
}

/**
 * Opts in the person who has the code that was sent to an address, once, in one statement; gives
 * the thank-you text. Throws `invalid` at `address` or `code`, `not_found`, `gone`,
 * `origin_not_allowed`, `rate_limited`.
 */
export async function confirmByCode(
  sql: Sql,
  { form, origin, client, evidence, ...typed }: CodeConfirmation,
  limits: { client: number },
): Promise<string | null> {
  const address = normaliseAddress(form.addressKind, typed.address, {
    path: "address",
    country: form.defaultCountry,
  });
  const code = digits(typed.code);
  if (code.length !== 6) throw wrongCode();
  const result = await oneRow(sql<[{ outcome: string; wait: number; thankYou: string | null }]>`
    select outcome, wait, thank_you as "thankYou"
    from confirm_by_code(
      p_form_id => ${form.id}, p_kind => ${form.addressKind}, p_address => ${address},
      p_code => ${code}, p_origin => ${origin}, p_client => ${client},
      p_client_limit => ${limits.client}, p_evidence => ${sql.json(evidence)}
    )`);
  if (result.outcome === "not_found") throw noForm();
  if (result.outcome === "gone") throw closed();
  if (result.outcome === "origin_not_allowed") throw originNotAllowed();
  if (result.outcome === "wrong") throw wrongCode();
  if (result.outcome === "rate_limited") {
    throw new Problem("rate_limited", "That was too many tries. Wait a little and try again.", {
      retryAfter: result.wait,
    });
  }
  knownOutcome(result.outcome, ["done"]);
  return result.thankYou;
}

/**
 * The pending submission that a link stands for; undefined for one that was used, has expired or
 * never was.
 */
export async function readConfirmation(sql: Sql, token: string): Promise<Pending | undefined> {
  if (!isToken(token)) return undefined;
  const [pending] = await sql<Pending[]>`
    select form.open, k.language, w.business_name as "businessName",
      w.confirmation_message as "confirmationMessage"
    from confirmations k
    join wordings w on w.form_id = k.form_id and w.number = k.wording
    join lateral (
      select f.active and f.deleted_at is null as open from forms f where f.id = k.form_id
    ) form on true
    where k.secret_hash = confirmation_hash('email', null, null, ${token}) and k.expires_at > now()
    order by form.open desc, k.id
    limit 1`;
  return pending;
}

/**
 * Opts in the person who followed the link, once; gives what to say, or undefined where there is
 * nothing to confirm (any more).
 */
export async function confirmByLink(
  sql: Sql,
  { token, evidence }: { token: string; evidence: SubmissionEvidence },
): Promise<Confirmed | undefined> {
  if (!isToken(token)) return undefined;
  const [confirmed] = await sql<Confirmed[]>`
    with pending as materialized (
      select k.language from confirmations k
      where k.secret_hash = confirmation_hash('email', null, null, ${token})
      order by k.id
      limit 1
    )
    select pending.language, shown.business_name as "businessName",
      shown.thank_you_text as "thankYouText"
    from pending
    cross join lateral confirm_submission(
      confirmation_hash('email', null, null, ${token}), null, 'link', ${sql.json(evidence)}) shown
    where shown.form_id is not null`;
  return confirmed;
}

/** Whether it could be one of ours: 32 bytes in base64url. */
function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

function wrongCode(): Problem {
  return invalid(
    "code",
    "This code is wrong or no longer valid. Check it, or submit the form again for a new one.",
    "form.codeInvalid",
  );
}

/** The digits of a code as people write them: grouped, full-width or Arabic. */
function digits(code: string): string {
  return code
    .normalize("NFKC")
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[^\d]/g, "");
}
