// Forms and their wordings. Every change of what a person sees makes a new numbered wording; the
// old ones stay.

import { requireCountries } from "../addresses/countries.ts";
import { fromTimeCursor, type Page, type PageQuery, toPage } from "../cursors.ts";
import { type Sql, transaction } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { Problem } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Form, FormBody, FormWithWordings, Wording } from "../schemas/forms.ts";

/** Makes a form with its first wording. Throws `invalid` at a country that there is not. */
export async function createForm(sql: Sql, body: FormBody): Promise<Form> {
  requireFormCountries(body);
  const id = newId();
  return transaction(sql, async (tx) => {
    await tx`
      insert into forms (id, description, countries, allowed_origins, active, wording)
      values (${id}, ${body.description}, ${jsonOrNull(tx, body.countries)},
        ${tx.json(body.allowedOrigins)}, ${body.active}, 1)`;
    await writeWording(tx, { id, number: 1, body });
    return oneRow(formRows(tx, id));
  });
}

/**
 * Replaces a form; a new wording only where a person would see a difference. Throws `not_found`,
 * and `invalid` at a country that there is not.
 */
export async function replaceForm(
  sql: Sql,
  { id, body }: { id: string; body: FormBody },
): Promise<Form> {
  requireFormCountries(body);
  return transaction(sql, async (tx) => {
    const [locked] = await tx`select from forms where id = ${id} and deleted_at is null for update`;
    if (!locked) throw noForm();
    const before = await readForm(tx, id);
    const number = seenFields.every((field) => before[field] === body[field])
      ? before.wording
      : before.wording + 1;
    if (number > before.wording) await writeWording(tx, { id, number, body });
    await tx`
      update forms set description = ${body.description},
        countries = ${jsonOrNull(tx, body.countries)},
        allowed_origins = ${tx.json(body.allowedOrigins)}, active = ${body.active},
        wording = ${number}, updated_at = now()
      where id = ${id}`;
    return readForm(tx, id);
  });
}

/**
 * Deletes a form: it takes no more submissions; its wordings stay, for the events that name them.
 * Throws `not_found`.
 */
export async function deleteForm(sql: Sql, id: string): Promise<void> {
  const deleted = await sql`
    update forms set deleted_at = now() where id = ${id} and deleted_at is null returning id`;
  if (deleted.length === 0) throw noForm();
}

/**
 * A form, even one that was deleted, with every wording it had, newest first: the events that name
 * them are explained for good. Throws `not_found`.
 */
export async function readFormWithWordings(sql: Sql, id: string): Promise<FormWithWordings> {
  const [form] = await sql<Omit<FormWithWordings, "wordings">[]>`
    select ${formColumns(sql)}, f.deleted_at as "deletedAt"
    from forms f join wordings w on w.form_id = f.id and w.number = f.wording
    where f.id = ${id}`;
  if (!form) throw noForm();
  const wordings = await sql<Wording[]>`
    select number, channel, confirmation_message as "confirmationMessage",
      button_text as "buttonText", business_name as "businessName", privacy_url as "privacyUrl",
      default_country as "defaultCountry",
      thank_you_text as "thankYouText", confirm, language, created_at as "createdAt"
    from wordings where form_id = ${id} order by number desc`;
  return { ...form, wordings };
}

/** A form that was not deleted. Throws `not_found`. */
export async function readForm(sql: Sql, id: string): Promise<Form> {
  const [form] = await formRows(sql, id);
  if (!form) throw noForm();
  return form;
}

function formRows(sql: Sql, id: string) {
  return sql<Form[]>`
    select ${formColumns(sql)}
    from forms f join wordings w on w.form_id = f.id and w.number = f.wording
    where f.id = ${id} and f.deleted_at is null`;
}

/** The forms, newest first. */
export async function listForms(sql: Sql, { limit, cursor }: PageQuery): Promise<Page<Form>> {
  const { time = null, id = null } = fromTimeCursor(cursor) ?? {};
  const forms = await sql<Form[]>`
    select ${formColumns(sql)}
    from forms f join wordings w on w.form_id = f.id and w.number = f.wording
    where f.deleted_at is null
      and (${time}::timestamptz is null
        or (date_trunc('milliseconds', f.created_at), f.id) < (${time}, ${id}))
    order by date_trunc('milliseconds', f.created_at) desc, f.id desc
    limit ${limit + 1}`;
  return toPage(forms, limit, (form) => `${form.createdAt} ${form.id}`);
}

/** The ids of the open forms that send codes to every country, newest first, 100 at most. */
export async function listFormsOfEveryCountry(sql: Sql): Promise<string[]> {
  const forms = await sql<{ id: string }[]>`
    select f.id
    from forms f join wordings w on w.form_id = f.id and w.number = f.wording
    join channels c on c.channel = w.channel
    where f.active and f.deleted_at is null and w.confirm = 'double'
      and c.address_kind = 'phoneNumber' and serves_country(f.id, null)
    order by f.created_at desc, f.id desc
    limit 100`;
  return forms.map(({ id }) => id);
}

const seenFields = [
  "channel",
  "confirmationMessage",
  "buttonText",
  "businessName",
  "privacyUrl",
  "defaultCountry",
  "thankYouText",
  "confirm",
  "language",
] as const satisfies readonly (keyof Wording & keyof FormBody)[];

function formColumns(sql: Sql) {
  return sql`f.id, f.description, w.channel, w.confirmation_message as "confirmationMessage",
    w.button_text as "buttonText", w.business_name as "businessName", w.privacy_url as "privacyUrl",
    w.default_country as "defaultCountry", w.thank_you_text as "thankYouText",
    w.confirm, w.language, f.countries, f.allowed_origins as "allowedOrigins",
    f.active and f.deleted_at is null as active, f.wording,
    (select count(*)::int from submissions s where s.form_id = f.id) as submissions,
    f.created_at as "createdAt", f.updated_at as "updatedAt"`;
}

async function writeWording(
  tx: Sql,
  { id, number, body }: { id: string; number: number; body: FormBody },
): Promise<void> {
  await tx`
    insert into wordings (form_id, number, channel, confirmation_message, button_text,
      business_name, privacy_url, default_country, thank_you_text, confirm, language)
    values (${id}, ${number}, ${body.channel}, ${body.confirmationMessage}, ${body.buttonText},
      ${body.businessName}, ${body.privacyUrl}, ${body.defaultCountry}, ${body.thankYouText},
      ${body.confirm}, ${body.language})`;
}

function jsonOrNull(tx: Sql, list: string[] | null) {
  return list && tx.json(list);
}

function requireFormCountries({ defaultCountry, countries }: FormBody): void {
  if (defaultCountry) requireCountries([defaultCountry], () => "defaultCountry");
  if (countries) requireCountries(countries, (index) => `countries.${index}`);
}

function noForm(): Problem {
  return new Problem("not_found", "There is no form with this id.");
}
