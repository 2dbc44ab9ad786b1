// The names of the channels and of the addresses, as they stand in every body and query.

import * as v from "valibot";

/** One of the six ways to reach a person. */
export const channel = v.picklist([
  "sms",
  "whatsApp",
  "email",
  "rcs",
  "fbMessenger",
  "appMessaging",
]);

export type Channel = v.InferOutput<typeof channel>;

/** What a channel sends to; `profileId` is the profile's own `id`. */
export type AddressKind = "phoneNumber" | "email" | "fbMessengerId" | "profileId";

/** The address that each channel sends to. */
export const addressKinds: Readonly<Record<Channel, AddressKind>> = {
  sms: "phoneNumber",
  whatsApp: "phoneNumber",
  email: "email",
  rcs: "phoneNumber",
  fbMessenger: "fbMessengerId",
  appMessaging: "profileId",
};

/**
 * The channels that a form may ask for: those whose address a person can type and that reaches that
 * person alone.
 */
export const formChannels = ["sms", "whatsApp", "rcs", "email"] as const satisfies Channel[];
