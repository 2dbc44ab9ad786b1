// The events that the widgets fire: they bubble, leave the shadow root, and never carry an address.

/** Why something did not work, in words that stay the same. */
export type FailureReason =
  | "offline"
  | "unreachable"
  | "unavailable"
  | "rate_limited"
  | "origin_not_allowed"
  | "closed"
  | "invalid";

const travels = { bubbles: true, composed: true };

/** `optin-ready`: the form is on the page and can be filled in. */
export class OptInReadyEvent extends Event {
  readonly form: string;
  readonly channel: string;

  constructor(form: string, channel: string, type = "optin-ready") {
    super(type, travels);
    this.form = form;
    this.channel = channel;
  }
}

/** `optin-submitted`: the server has acknowledged the opt-in. */
export class OptInSubmittedEvent extends OptInReadyEvent {
  constructor(form: string, channel: string) {
    super(form, channel, "optin-submitted");
  }
}

/** `optin-failed`: loading or sending did not work; `reason` says why. */
export class OptInFailedEvent extends Event {
  readonly form: string;
  readonly reason: FailureReason;

  constructor(form: string, reason: FailureReason) {
    super("optin-failed", travels);
    this.form = form;
    this.reason = reason;
  }
}

declare global {
  interface HTMLElementEventMap {
    "optin-ready": OptInReadyEvent;
    "optin-submitted": OptInSubmittedEvent;
    "optin-failed": OptInFailedEvent;
  }
}
