// When a server asks to be called again.

/** The seconds of a Retry-After header, at most an hour; nothing where it says nothing. */
export function retryAfter(header: string | undefined): { after?: number } {
  const text = header?.trim() ?? "";
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? { after: Math.min(Math.max(Math.ceil(seconds), 0), 3600) } : {};
}
