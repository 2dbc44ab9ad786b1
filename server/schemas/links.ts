// What is valid where signed links are made.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { moment } from "./text.ts";

/** What a link is for: the person's own preferences, or somebody's editor of a person's flags. */
export const linkPurpose = v.picklist(["preferences", "editor"]);

/** Seconds for which a link may work at most: 90 days for a person's own, a day for an editor. */
const maxSeconds = { preferences: 90 * 86_400, editor: 86_400 };

/** The body that makes a link; `expiresIn` is in seconds. */
export const newLink = v.pipe(
  v.strictObject({
    for: linkPurpose,
    expiresIn: v.optional(
      v.pipe(
        v.number(),
        v.integer("A whole number of seconds."),
        v.minValue(1, "At least 1 second."),
      ),
    ),
    channels: v.optional(
      v.pipe(
        v.array(channel),
        v.minLength(1, "Name at least one channel."),
        v.check(
          (channels) => new Set(channels).size === channels.length,
          "Name each channel once.",
        ),
      ),
    ),
  }),
  v.forward(
    v.check(
      (link) => (link.expiresIn ?? 0) <= maxSeconds[link.for],
      `At most ${maxSeconds.preferences} seconds (90 days) for preferences, ${maxSeconds.editor} (a day) for an editor.`,
    ),
    ["expiresIn"],
  ),
);

/** A link that works until `expiresAt`. */
export const link = v.pipe(
  v.object({ url: v.string(), expiresAt: moment }),
  v.metadata({ ref: "Link" }),
);

export type LinkPurpose = v.InferOutput<typeof linkPurpose>;
