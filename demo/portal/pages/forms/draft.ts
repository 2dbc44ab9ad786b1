// A form while it is being written: what its fields hold, how it would look, and what its message should not leave out.

import type { Channel } from "../../../../server/schemas/channels.ts";
import type { Form, FormBody, PublicForm } from "../../../../server/schemas/forms.ts";
import { channelNames } from "../../channels.ts";

/** The channels that a form may ask for. */
export const formChannels = ["sms", "whatsApp", "rcs", "email"] as const satisfies readonly Channel[];

/** What a new form says until somebody writes something better. */
export function newDraft(channel: FormBody["channel"]): FormBody {
  const end =
    channel === "email" ? "I can unsubscribe at any time." : "I can stop at any time by replying STOP.";
  return {
    channel,
    description: "",
    confirmationMessage: `Yes, send me news and offers by ${channelNames[channel]}. ${end}`,
    buttonText: "Sign up",
    businessName: null,
    privacyUrl: null,
    defaultCountry: null,
    allowedOrigins: [],
    thankYouText: null,
    confirm: "none",
    language: null,
    active: true,
  };
}

/** A form as the body that would make it again. */
export function draftOf(form: Form): FormBody {
  const { channel, description, confirmationMessage, buttonText, businessName } = form;
  const { privacyUrl, defaultCountry, allowedOrigins, thankYouText, confirm, language, active } = form;
  return {
    ...{ channel, description, confirmationMessage, buttonText, businessName },
    ...{ privacyUrl, defaultCountry, allowedOrigins, thankYouText, confirm, language, active },
  };
}

/** What the fields of the editor hold, over the draft. */
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
    thankYouText: text("thankYouText"),
    allowedOrigins: values.allowedOrigins?.split(/\s+/).filter(Boolean) ?? draft.allowedOrigins,
  };
}

/** What the widget would be given. */
export function previewOf(draft: FormBody): PublicForm {
  const { channel, businessName, privacyUrl, defaultCountry, thankYouText, confirm, language } = draft;
  return {
    ...{ id: "preview", wording: 1, channel, businessName, privacyUrl, defaultCountry, thankYouText },
    ...{ confirm, language },
    addressKind: channel === "email" ? "email" : "phoneNumber",
    confirmationMessage: draft.confirmationMessage.trim() || "What people agree to stands here.",
    buttonText: draft.buttonText.trim() || "Sign up",
  };
}

/** What the confirmation message leaves out; undefined when it names both the business and the channel. */
export function missingIn({ confirmationMessage, businessName, channel }: FormBody): string | undefined {
  const names = (text: string) => confirmationMessage.toLowerCase().includes(text.toLowerCase());
  const spellings = {
    sms: ["SMS", "text"],
    email: ["email", "e-mail"],
    whatsApp: ["WhatsApp"],
    rcs: ["RCS", "text"],
  };
  const missing = [
    businessName && names(businessName) ? undefined : "your business",
    spellings[channel].some(names) ? undefined : `the channel (${channelNames[channel]})`,
  ].filter((part) => part !== undefined);
  if (missing.length === 0) return undefined;
  const policy = channel === "whatsApp" ? " WhatsApp's policy asks for both." : "";
  return `Name ${missing.join(" and ")} in the message, so that people know who will write, and how.${policy}`;
}
