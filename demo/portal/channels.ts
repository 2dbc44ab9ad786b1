// All that the portal knows of each channel.

import type { AddressKind, Channel } from "../../server/schemas/channels.ts";
import type { FormBody } from "../../server/schemas/forms.ts";

/** What people call each channel, in the order in which lists show them. */
export const channelNames: Readonly<Record<Channel, string>> = {
  sms: "SMS",
  whatsApp: "WhatsApp",
  email: "Email",
  rcs: "RCS",
  fbMessenger: "Messenger",
  appMessaging: "App messaging",
};

/** Every channel. */
export const channels = Object.keys(channelNames) as Channel[];

/** The address that each channel sends to. */
export const addressKinds: Readonly<Record<Channel, AddressKind>> = {
  sms: "phoneNumber",
  whatsApp: "phoneNumber",
  email: "email",
  rcs: "phoneNumber",
  fbMessenger: "fbMessengerId",
  appMessaging: "profileId",
};

/** The channels that a form may ask for. */
export const formChannels: readonly FormBody["channel"][] = ["sms", "whatsApp", "rcs", "email"];

/** Addresses that belong to nobody, for trials: a person's and one of the business's. */
export function madeUpAddresses(channel: Channel): { from: string; to: string } {
  if (channel === "email") return { from: "ada@example.com", to: "hello@example.com" };
  if (channel === "fbMessenger") return { from: "ada.example", to: "our.page" };
  if (channel === "appMessaging") return { from: "ada", to: "our.app" };
  return { from: "+44 7700 900123", to: "+44 7700 900001" };
}
