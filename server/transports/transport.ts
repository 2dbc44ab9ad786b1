// What a transport is: it takes one message at a time on each of a few connections.

import type { Channel } from "../schemas/channels.ts";
import type { Language } from "../schemas/languages.ts";
import type { Deadline } from "./deadline.ts";

/** A message as a transport gets it: merge fields filled in, every text plain text. */
export type Outgoing = {
  /**
   * The message's id, the same in every attempt: a transport that takes an idempotency key hands it
   * on.
   */
  id: string;
  channel: Channel;
  /** The person's address on the channel. */
  to: string;
  /** Our own address to send from; null leaves the choice to the transport. */
  sender: string | null;
  title: string | null;
  body: string;
  /** The body as Markdown, the merge fields in it as plain text; absent where it is none. */
  markdown?: string | undefined;
  /** What `customBody` says for this channel, such as a template; null where it says nothing. */
  customBody: unknown;
  metadata: unknown;
  /** True where the message was sent only because the person had opted in. */
  requireOptIn: boolean;
  /**
   * The person's own link to opt out of this channel; null where there is no public https address.
   */
  unsubscribeUrl: string | null;
  /** What the person reads, or the form that they agreed to; absent where neither is known. */
  language?: Language | undefined;
};

/** How an attempt ended, as far as the transport knows. `reason` holds no address. */
export type Outcome =
  | { status: "sent"; providerId?: string }
  /** It was not taken, and trying again later may help; `after` seconds at the soonest. */
  | { status: "retry"; reason: string; after?: number }
  | { status: "failed"; reason: string }
  /** The carrier says that this person opted out there. */
  | { status: "optedOut"; reason: string }
  /** It may or may not have been taken: nobody can tell. */
  | { status: "unknown"; reason: string; after?: number };

/** A way out. */
export type WayOut = Transport | InDatabase;

/**
 * A transport within our own database: handing over means marking the message, in the transaction
 * that checks whether it may be sent.
 */
export type InDatabase = { name: string; inDatabase: true };

/** The flag that allows a call, held for as long as the call has not begun. */
export type Hold = {
  /** To be called as soon as the call has left this process. */
  begun(): void;
  /** The instant after which the call may no longer begin. */
  until: Deadline;
  /** Aborted if the database released the flag before that: the call may then no longer begin. */
  lost: AbortSignal;
};

/** A transport outside of our database: handing over is a call, which cannot be taken back. */
export type Transport = {
  name: string;
  inDatabase?: never;
  /**
   * True where the same id given twice acts once, so that an attempt of unknown outcome may be
   * repeated.
   */
  repeatable: boolean;
  /** How many calls could begin this instant. A transport never queues. */
  free(): number;
  /**
   * Begins a call at once, on a free connection; settles when the outcome is known or its own time
   * is up. Never rejects. A call that cannot begin settles within a second.
   */
  begin(message: Outgoing, hold?: Hold): Promise<Outcome>;
  /** Ends idle connections; called when nothing is under way. */
  close(): Promise<void>;
};
