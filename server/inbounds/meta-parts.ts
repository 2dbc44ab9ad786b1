// What the readers of Meta's webhooks have in common.

import * as v from "valibot";
import { storableText } from "../storable.ts";
import type { InboundMessage } from "./receive.ts";
import type { StatusReport } from "./status-reports.ts";

/** What one call brings, in its order. */
export type MetaCall = { messages: InboundMessage[]; statuses: StatusReport[] };

/** An id, at most 500 characters. */
export const id = v.pipe(v.string(), v.transform(storableText), v.minLength(1), v.maxLength(500));

/** An id; absent where it is empty or anything else than text. */
export const optionalId = v.fallback(v.optional(id), undefined);

/** Text that somebody wrote or chose. */
export const words = v.fallback(v.pipe(v.string(), v.transform(storableText)), "");

/** A list of anything, each of which is judged by itself. */
export const list = v.fallback(v.optional(v.array(v.unknown()), []), []);

/** What a button says by its payload, where it has any. */
export function meantBy(payload: string | undefined): InboundMessage["meant"] {
  return payload === undefined ? undefined : { by: "payload", text: payload };
}
