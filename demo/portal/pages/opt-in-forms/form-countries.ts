// The countries to whose numbers a form sends codes: how they are written, and the risk in them.

import type { FormBody } from "../../../../server/schemas/forms.ts";

type Served = Pick<FormBody, "channel" | "confirm" | "defaultCountry" | "countries">;

/** The risk and its remedy, for a form that sends codes to every country; else undefined. */
export function riskOf({ defaultCountry, ...form }: Served): string | undefined {
  const every = form.countries ? form.countries.length === 0 : !defaultCountry;
  if (!sendsCodes(form) || !every) return undefined;
  return (
    "This form sends codes to numbers in every country. Fraudsters who earn from texts to expensive " +
    "numbers can make you pay for them. List the countries that you serve, or only your own: Edit, More."
  );
}

/**
 * Where a form's codes go, described for people; undefined if it sends none, or to every country.
 */
export function servedBy({ defaultCountry, ...form }: Served): string | undefined {
  const countries = form.countries ?? (defaultCountry ? [defaultCountry] : []);
  if (!sendsCodes(form) || countries.length === 0) return undefined;
  const names = new Intl.DisplayNames(undefined, { type: "region" });
  return new Intl.ListFormat(undefined).format(countries.map((code) => names.of(code) ?? code));
}

/** Whether a form sends codes that cost money. */
export function sendsCodes({ channel, confirm }: Pick<Served, "channel" | "confirm">): boolean {
  return channel !== "email" && confirm === "double";
}

/** Reads the countries from a field: a star means every country, nothing the form's own. */
export function writeCountries(countries: FormBody["countries"]): string {
  return countries?.length === 0 ? "*" : (countries ?? []).join(" ");
}

/** What the field shows. */
export function readCountries(text: string): FormBody["countries"] {
  if (text.includes("*")) return [];
  const countries = text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
  return countries.length > 0 ? countries : null;
}
