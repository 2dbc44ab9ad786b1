// A form's draft: what its fields hold, how it would look, and what its message should mention.

import type { Form, FormBody, ShownForm } from "../../../../server/schemas/forms.ts";
import type { Language } from "../../../../server/schemas/languages.ts";
import { form as english } from "../../../../server/texts/en.json";
import { channelNames } from "../../channels.ts";
import { readCountries } from "./form-countries.ts";

/** The languages of the visitors' texts, each by its own name. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  pt: "Português",
  it: "Italiano",
  nl: "Nederlands",
  pl: "Polski",
  ar: "العربية",
  ja: "日本語",
};

/** The texts of a new form before an admin edits them. */
export function newDraft(channel: FormBody["channel"]): FormBody {
  const end =
    channel === "email"
      ? "I can unsubscribe at any time."
      : "I can stop at any time by replying STOP.";
  return {
    channel,
    description: "",
    confirmationMessage: `Yes, send me news and offers by ${channelNames[channel]}. ${end}`,
    buttonText: "Sign up",
    businessName: null,
    privacyUrl: null,
    defaultCountry: null,
    countries: null,
    allowedOrigins: [],
    thankYouText: null,
    confirm: "none",
    language: null,
    active: true,
  };
}

/** A form as the body that would create it again. */
export function draftOf(form: Form): FormBody {
  const { channel, description, confirmationMessage, buttonText, businessName } = form;
  const { privacyUrl, defaultCountry, countries, allowedOrigins, thankYouText } = form;
  const { confirm, language, active } = form;
  return {
    ...{ channel, description, confirmationMessage, buttonText, businessName },
    ...{ privacyUrl, defaultCountry, countries, allowedOrigins, thankYouText },
    ...{ confirm, language, active },
  };
}

/** The draft with the values of the editor's fields. */
export function withValues(draft: FormBody, values: Record<string, string>): FormBody {
  const text = (name: keyof FormBody) =>
    name in values ? values[name]?.trim() || null : (draft[name] as string | null);
  return {
    ...draft,
    channel: (values.channel as FormBody["channel"]) ?? draft.channel,
    description: values.description ?? draft.description,
    confirmationMessage: values.confirmationMessage ?? draft.confirmationMessage,
    buttonText: values.buttonText ?? draft.buttonText,
    businessName: text("businessName"),
    privacyUrl: text("privacyUrl"),
    defaultCountry: text("defaultCountry")?.toUpperCase() ?? null,
    countries: values.countries === undefined ? draft.countries : readCountries(values.countries),
    thankYouText: text("thankYouText"),
    confirm: (values.confirm as FormBody["confirm"]) ?? draft.confirm,
    language: values.language === undefined ? draft.language : languageOf(values.language),
    allowedOrigins: values.allowedOrigins?.split(/\s+/).filter(Boolean) ?? draft.allowedOrigins,
  };
}

function languageOf(value: string): Language | null {
  return value in languageNames ? (value as Language) : null;
}

/** The texts around the admin's own, by name. */
export type FormTexts = Readonly<Record<string, string>>;

/** The visitors' texts of a form in a language, in English where it lacks one. */
export async function formTexts(language: Language): Promise<FormTexts> {
  const { default: texts } = await import(`../../../../server/texts/${language}.json`);
  return { ...english, ...texts.form };
}

/** What the widget would get, on an English page if the form has no language of its own. */
export function previewOf(draft: FormBody, texts: FormTexts): ShownForm {
  const { channel, businessName, privacyUrl, defaultCountry, thankYouText, confirm, language } =
    draft;
  return {
    ...{
      id: "preview",
      wording: 1,
      channel,
      businessName,
      privacyUrl,
      defaultCountry,
      thankYouText,
    },
    confirm,
    language: language ?? "en",
    direction: language === "ar" ? "rtl" : "ltr",
    texts: {
      label: (channel === "email" ? texts.emailLabel : texts.phoneLabel) ?? "",
      ...(channel === "email" || defaultCountry ? {} : { hint: texts.phoneHint ?? "" }),
      ...(privacyUrl ? { privacy: texts.privacy ?? "" } : {}),
    },
    addressKind: channel === "email" ? "email" : "phoneNumber",
    confirmationMessage: draft.confirmationMessage.trim() || "What people agree to appears here.",
    buttonText: draft.buttonText.trim() || "Sign up",
  };
}

/**
 * What the confirmation message leaves out; undefined when it names both the business and the
 * channel.
 */
export function missingIn({
  confirmationMessage,
  businessName,
  channel,
}: FormBody): string | undefined {
  const names = (text: string) => confirmationMessage.toLowerCase().includes(text.toLowerCase());
  const spellings = {
    sms: ["SMS", "text"],
    email: ["email", "e-mail"],
    whatsApp: ["WhatsApp"],
    rcs: ["RCS", "text"],
  };
  const business = businessName?.trim();
  const missing = [
    business && names(business) ? undefined : "your business",
    spellings[channel].some(names) ? undefined : `the channel (${channelNames[channel]})`,
  ].filter((part) => part !== undefined);
  if (missing.length === 0) return undefined;
  const policy = channel === "whatsApp" ? " WhatsApp's policy asks for both." : "";
  const unknown = business ? "" : " To have that checked, enter its name under More.";
  return `Name ${missing.join(" and ")} in the message, so that people know who will write, and how.${policy}${unknown}`;
}
