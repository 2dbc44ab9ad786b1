// The registry of channels: which there are, in which order, and which address each needs.

import { type AddressKind, type Channel, channel } from "../schemas/channels.ts";

/** Every channel, in the order in which lists show them. */
export const channels: readonly Channel[] = channel.options;

/** The address that each channel sends to. */
export const addressKinds: Readonly<Record<Channel, AddressKind>> = {
  sms: "phoneNumber",
  whatsApp: "phoneNumber",
  email: "email",
  rcs: "phoneNumber",
  fbMessenger: "fbMessengerId",
  appMessaging: "profileId",
};
