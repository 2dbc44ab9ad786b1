// What a boot tells its operator to mend, though it can go on.

/** The risks of an address that browsers use without TLS over a network, a sentence each. */
export function addressCautions(publicUrl: string): string[] {
  const { protocol, hostname } = new URL(publicUrl);
  const own = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === "https:" || own) return [];
  return [
    `PUBLIC_URL is ${publicUrl}: the password, keys and people's answers can be read on the way. ` +
      "Set it to an https address, with a proxy before the server that does TLS.",
  ];
}
