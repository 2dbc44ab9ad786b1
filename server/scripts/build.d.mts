/** Brings dist/ up to date, or ends the process when the build fails. */
export function build(): Promise<void>;
