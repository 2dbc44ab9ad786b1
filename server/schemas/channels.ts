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
