// Every text that a visitor of somebody's page may read and that no admin wrote; a translation replaces this file's object.

/** The visitor's texts of `<opt-in-form>`, in English. */
export const texts = {
  loading: "Loading the form",
  phoneLabel: "Your phone number",
  phoneHint: "With the country code, such as +44 7700 900123",
  emailLabel: "Your email address",
  privacy: "Privacy policy",
  sending: "Sending…",
  tryAgain: "Try again",
  thankYou: "Thank you. You are on the list.",
  closed: "This form is closed.",
  phoneMissing: "Please enter your phone number.",
  phoneInvalid: "That does not look like a phone number. Please check it.",
  emailMissing: "Please enter your email address.",
  emailInvalid: "That does not look like an email address. Please check it.",
  offline: "You seem to be offline. Check your connection and try again.",
  unreachable: "We could not reach the service. Please try again.",
  unavailable: "Something went wrong on our side. Please try again in a moment.",
  originNotAllowed: "This form cannot be used on this site.",
  rateLimitedSoon: "That was too many tries. Please wait a moment and try again.",
  /** How long to wait, in whole seconds, rounded up to minutes above 90 s. */
  rateLimited: (seconds: number) =>
    `That was too many tries. Please try again in ${
      seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`
    }.`,
};
