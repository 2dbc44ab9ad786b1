// What is valid where an admin signs in to the portal.

import * as v from "valibot";
import { moment, storable } from "./text.ts";

const short = v.pipe(storable, v.maxLength(1000, "At most 1,000 characters."));

/** The body that signs in: the admin's password, or the token of a sign-in link. */
export const signInBody = v.union(
  [v.strictObject({ password: short }), v.strictObject({ token: short })],
  "Send a password, or the token of a sign-in link.",
);

/** Whether this browser is signed in, and whether a password can do that. */
export const sessionState = v.object({ signedIn: v.boolean(), byPassword: v.boolean() });

/** A link that signs in to the portal once, until `expiresAt`. */
export const signInLink = v.object({ url: v.string(), expiresAt: moment });

/** A session of the portal; `client` is its network, `key` whose sign-in link made it. */
export const listedSession = v.pipe(
  v.object({
    id: v.string(),
    /** Null, as `client` and `userAgent`, where an older version began it. */
    way: v.nullable(v.picklist(["password", "link"])),
    client: v.nullable(v.string()),
    userAgent: v.nullable(v.string()),
    key: v.nullable(v.object({ id: v.string(), name: v.string() })),
    createdAt: moment,
    expiresAt: moment,
    /** Whether it is the caller's own. */
    current: v.boolean(),
  }),
  v.metadata({ ref: "Session" }),
);

export type ListedSession = v.InferOutput<typeof listedSession>;
export type SignInBody = v.InferOutput<typeof signInBody>;
