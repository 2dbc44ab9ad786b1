// What the server prints once it listens.

type Started = {
  publicUrl: string;
  host: string;
  port: number;
  /** Absent: only the owner of the key knows it. */
  keyFile?: string | undefined;
  /** Absent: the admin has a password. */
  signInLink: string | undefined;
  /** Whether /docs is served. */
  docs: boolean;
  /** Whether the example page is served. */
  site: boolean;
  /** What the operator should fix, one sentence each. */
  cautions: readonly string[];
};

/** Where to go next, with one line to paste into a shell. */
export function welcome(started: Started): string {
  const { publicUrl, host, port, keyFile, signInLink, docs, site, cautions } = started;
  // The example page is a customer's: on another origin than the API, by the address instead of the
  // name.
  const local = new URL(publicUrl).hostname === "localhost";
  const own = local
    ? publicUrl.replace("localhost", "127.0.0.1")
    : `http://${reachable(host)}:${port}`;
  const key = keyFile ? `$(cat ${quoted(keyFile)})` : "YOUR_API_KEY";
  return [
    `Opt-in Kit is running at ${publicUrl}`,
    signInLink
      ? `  Sign in             ${signInLink} (once, within an hour)`
      : `  Sign in             ${publicUrl}/ with the ADMIN_PASSWORD`,
    ...(docs ? [`  API documentation   ${publicUrl}/docs`] : []),
    ...(site ? [`  Example page        ${own}/site/`] : []),
    ...cautions.map((caution) => `  Caution             ${caution}`),
    "  Try it:",
    `  curl -H "Authorization: Bearer ${key}" ${publicUrl}/v1/profiles/optin`,
  ].join("\n");
}

/** For a shell, inside $(...), whatever the folder is called. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "localhost") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
