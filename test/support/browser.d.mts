/** Whatever starts the browser must pass these on. */
export const browserArguments: string[];

/**
 * The path of a Chromium that runs; CHROME_PATH names one, `CHROME_PATH=install` asks for the one
 * from npm.
 */
export function findBrowser(): Promise<string>;
