// The events that the widgets fire: they bubble, leave the shadow root, and never contain an
// address.

import type { OptIn } from "../server/schemas/flags.ts";

/** Why something failed, in words that stay the same. */
export type FailureReason =
  | "offline"
  | "unreachable"
  | "unavailable"
  | "rate_limited"
  | "origin_not_allowed"
  | "closed"
  | "invalid";

const travels = { bubbles: true, composed: true };

/** `optin-ready`: the form can be filled in. */
export class OptInReadyEvent extends Event {
  readonly form: string;
  readonly channel: string;

  constructor(form: string, channel: string, type = "optin-ready") {
    super(type, travels);
    this.form = form;
    this.channel = channel;
  }
}

/**
 * `optin-pending`: the opt-in waits until the person confirms it, by a link or a code that was sent
 * to them.
 */
export class OptInPendingEvent extends OptInReadyEvent {
  readonly confirm: "link" | "code";

  constructor(form: string, channel: string, confirm: "link" | "code") {
    super(form, channel, "optin-pending");
    this.confirm = confirm;
  }
}

/** `optin-submitted`: the server has acknowledged the opt-in. */
export class OptInSubmittedEvent extends OptInReadyEvent {
  constructor(form: string, channel: string) {
    super(form, channel, "optin-submitted");
  }
}

/** `optin-failed`: loading or sending failed; `reason` says why. */
export class OptInFailedEvent extends Event {
  readonly form: string;
  readonly reason: FailureReason;

  constructor(form: string, reason: FailureReason) {
    super("optin-failed", travels);
    this.form = form;
    this.reason = reason;
  }
}

/** `preferences-ready`, `flags-ready`: the widget can be used. */
export class LinkedReadyEvent extends Event {
  constructor(widget: "preferences" | "flags") {
    super(`${widget}-ready`, travels);
  }
}

/**
 * `preferences-changed`, `flags-changed`: the server has acknowledged these flags, such as `{sms:
 * false}`.
 */
export class LinkedChangedEvent extends Event {
  readonly optIn: OptIn;

  constructor(widget: "preferences" | "flags", optIn: OptIn) {
    super(`${widget}-changed`, travels);
    this.optIn = optIn;
  }
}

/** `preferences-forgotten`: everything that was stored about the person is erased. */
export class PreferencesForgottenEvent extends Event {
  constructor() {
    super("preferences-forgotten", travels);
  }
}

/** `preferences-failed`, `flags-failed`: loading or saving failed; `reason` says why. */
export class LinkedFailedEvent extends Event {
  readonly reason: FailureReason;

  constructor(widget: "preferences" | "flags", reason: FailureReason) {
    super(`${widget}-failed`, travels);
    this.reason = reason;
  }
}

declare global {
  interface HTMLElementEventMap {
    "preferences-ready": LinkedReadyEvent;
    "preferences-changed": LinkedChangedEvent;
    "preferences-forgotten": PreferencesForgottenEvent;
    "preferences-failed": LinkedFailedEvent;
    "flags-ready": LinkedReadyEvent;
    "flags-changed": LinkedChangedEvent;
    "flags-failed": LinkedFailedEvent;
    "optin-ready": OptInReadyEvent;
    "optin-pending": OptInPendingEvent;
    "optin-submitted": OptInSubmittedEvent;
    "optin-failed": OptInFailedEvent;
  }
}
