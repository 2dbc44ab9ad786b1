// Errors for the log, which holds no address.

/** An error for the log: with its stack, without what looks like an address in its words. */
export function loggable(error: Error): {
  error: string;
  code: unknown;
  stack: string | undefined;
} {
  const { code } = error as { code?: unknown };
  const [, ...frames] = (error.stack ?? "").split(/\n(?=\s+at )/);
  return {
    error: withoutAddresses(`${error.name}: ${error.message}`),
    code,
    stack: frames.join("\n"),
  };
}

function withoutAddresses(text: string): string {
  return text.replace(/[^\s"'()=<>]+@[^\s"'()=<>]+|\+?\d[\d ().-]{5,}\d/g, "[address]");
}
