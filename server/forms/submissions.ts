// A person's use of a form: the public side, which trusts nothing.

import { countryOf } from "../addresses/countries.ts";
import { normaliseAddress } from "../addresses/normalise.ts";
import { isReachable, notReachable } from "../addresses/number-types.ts";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { knownOutcome } from "../database/outcome.ts";
import { invalid, Problem } from "../errors.ts";
import { addressKinds } from "../schemas/channels.ts";
import type { PublicForm } from "../schemas/forms.ts";
import type { Language } from "../schemas/languages.ts";

/**
 * How often: submissions of one client in a minute, of one address to one form in an hour, and
 * confirmations that one client has sent out in an hour; 0 is no limit. Without budgets there is
 * none.
 */
export type Limits = {
  client: number;
  address: number;
  confirmations: number;
  budgets?: Budgets | undefined;
};

/**
 * How many confirmations all clients together have sent out in an hour to the numbers of one
 * country, and to those of one prefix; and after how many in six hours a prefix gets no more where
 * fewer than one in ten was entered. 0 is no limit.
 */
export type Budgets = { country: number; prefix: number; unconfirmed: number };

/** What came with a submission that proves it: personal, so it stands apart from the event. */
export type SubmissionEvidence = {
  page: string | null;
  userAgent: string | null;
  language: string | null;
  clientAddress: string;
};

/**
 * What is sent to an address to be confirmed: a link by e-mail, a code on every other channel. It
 * holds nothing that a stranger typed.
 */
export type ConfirmationMessage = {
  secret: string;
  language: Language;
  title: string | null;
  body: string;
};

export type Submission = {
  form: PublicForm;
  address: string;
  /** The origin of the page around the form; null for our own pages and where no browser asks. */
  origin: string | null;
  /** Whom the limit for one client counts. */
  client: string;
  evidence: SubmissionEvidence;
  /** What is sent to the address first, where the form asks for confirmation. */
  confirmation?: ConfirmationMessage | undefined;
};

/**
 * A form as strangers see it, where it may be shown, and whether it takes submissions. Throws
 * `not_found`, `invalid`.
 */
export async function readPublicForm(
  sql: Sql,
  { id, wording }: { id: string; wording?: number | undefined },
): Promise<{ form: PublicForm; allowedOrigins: string[]; open: boolean }> {
  const [found] = await sql<
    (PublicForm & { wording: number | null; allowedOrigins: string[]; open: boolean })[]
  >`
    select f.id, w.number as wording, w.channel, w.confirmation_message as "confirmationMessage",
      w.button_text as "buttonText", w.business_name as "businessName",
      w.privacy_url as "privacyUrl", w.default_country as "defaultCountry",
      w.thank_you_text as "thankYouText",
      w.confirm, w.language,
      f.allowed_origins as "allowedOrigins", f.active and f.deleted_at is null as open
    from forms f left join wordings w on w.form_id = f.id
      and w.number = coalesce(${wording ?? null}, f.wording)
    where f.id = ${id}`;
  if (!found) throw noForm();
  if (found.wording === null) throw noWording();
  const { allowedOrigins, open, ...form } = found;
  return {
    form: { ...form, addressKind: addressKinds[form.channel] as PublicForm["addressKind"] },
    allowedOrigins,
    open,
  };
}

/**
 * Finds the form as a wording shows it. A wording never changes, so a found one is remembered for
 * good; whether the form is still open and allowed on a page is asked anew by `submitForm`.
 */
export function wordingFinder(
  sql: Sql,
): (id: string, wording: number | undefined) => Promise<PublicForm> {
  const remembered = new Map<string, PublicForm>();
  return async (id, wording) => {
    const known = remembered.get(`${id} ${wording}`);
    if (known) return known;
    const { form } = await readPublicForm(sql, { id, wording });
    if (remembered.size >= 10_000) remembered.clear();
    remembered.set(`${id} ${form.wording}`, form);
    return form;
  };
}

/**
 * Opts the person with this address in on the form's channel: finds or makes the profile, sets the
 * flag, writes event and evidence, within the limits, in one statement. With a confirmation, nobody
 * is opted in yet: the submission waits, and the address is sent the confirmation, unless it was
 * sent one just now; false where the form has come to ask for one and there is none. Says nothing
 * of whether the address was known. Throws `invalid` at `address` or `wording`, `gone`,
 * `not_found`, `origin_not_allowed`, `rate_limited`.
 */
export async function submitForm(
  sql: Sql,
  submission: Submission,
  limits: Limits,
): Promise<boolean> {
  const { form, origin, client, evidence, confirmation } = submission;
  const { secret = null, language = null, title = null, body = null } = confirmation ?? {};
  const address = normaliseAddress(form.addressKind, submission.address, {
    path: "address",
    country: form.defaultCountry,
  });
  const isNumber = form.addressKind === "phoneNumber";
  const { budgets = { country: 0, prefix: 0, unconfirmed: 0 } } = limits;
  const result = await oneRow(sql<[{ outcome: string; wait: number }]>`
    select outcome, wait from submit_form(
      p_form_id => ${form.id}, p_wording => ${form.wording}, p_kind => ${form.addressKind},
      p_address => ${address}, p_country => ${isNumber ? countryOf(address) : null},
      p_origin => ${origin}, p_client => ${client}, p_client_limit => ${limits.client},
      p_address_limit => ${limits.address}, p_confirm_limit => ${limits.confirmations},
      p_budgets => ${sql.json(budgets)}, p_evidence => ${sql.json(evidence)}, p_secret => ${secret},
      p_language => ${language}, p_title => ${title}, p_body => ${body},
      p_refused => ${isNumber && !isReachable(form.channel, address)}
    )`);
  if (result.outcome === "not_found") throw noForm();
  if (result.outcome === "gone") throw closed();
  if (result.outcome === "no_such_wording") throw noWording();
  if (result.outcome === "origin_not_allowed") throw originNotAllowed();
  if (result.outcome === "number_type") throw notReachable("address");
  if (result.outcome === "rate_limited") {
    throw new Problem("rate_limited", "Too many tries from here. Wait a little and try again.", {
      retryAfter: result.wait,
    });
  }
  return knownOutcome(result.outcome, ["done", "confirm"]) === "done";
}

function noWording(): Problem {
  return invalid("wording", "This form has no such wording. Load the form again.");
}

/** The problem of a page that a form may not be shown on. */
export function originNotAllowed(): Problem {
  return new Problem(
    "origin_not_allowed",
    "This form may not be used on this site. Add the site to the form's allowedOrigins.",
  );
}

/** The problem of a form that is inactive or deleted. */
export function closed(): Problem {
  return new Problem("gone", "This form takes no more submissions.");
}

/** The problem of a form that never was. */
export function noForm(): Problem {
  return new Problem("not_found", "There is no form with this id.");
}
