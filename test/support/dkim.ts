// Verifies a DKIM signature (RFC 6376, relaxed/relaxed, rsa-sha256), independently of the code that
// made it.

import { createHash, type KeyObject, verify } from "node:crypto";

/** Whether the body and the signed headers match the signature, and which headers those are. */
export function verifyDkim(mail: string, key: KeyObject): { intact: boolean; signed: string[] } {
  const end = mail.indexOf("\r\n\r\n");
  const headers = mail.slice(0, end).split(/\r\n(?![ \t])/);
  const signature = headers.find((header) => /^dkim-signature:/i.test(header)) ?? "";
  const tags = new Map(
    signature
      .slice(signature.indexOf(":") + 1)
      .split(";")
      .map((tag) => [
        tag.slice(0, tag.indexOf("=")).trim(),
        tag.slice(tag.indexOf("=") + 1).replace(/\s/g, ""),
      ]),
  );
  const signed = (tags.get("h") ?? "").toLowerCase().split(":");
  const bodyHash = createHash("sha256")
    .update(relaxedBody(mail.slice(end + 4)), "latin1")
    .digest("base64");
  // Of headers with the same name, the last comes first.
  const left = headers.toReversed();
  const taken = signed.flatMap((name) => {
    const index = left.findIndex((header) => header.toLowerCase().startsWith(`${name}:`));
    return index < 0 ? [] : left.splice(index, 1).map((header) => `${relaxedHeader(header)}\r\n`);
  });
  const unsigned = signature.replace(/([;\s]b=)[^;]*/, "$1");
  const content = Buffer.from(taken.join("") + relaxedHeader(unsigned), "latin1");
  const intact =
    tags.get("bh") === bodyHash &&
    verify("sha256", content, key, Buffer.from(tags.get("b") ?? "", "base64"));
  return { intact, signed };
}

function relaxedHeader(header: string): string {
  const colon = header.indexOf(":");
  const value = header
    .slice(colon + 1)
    .replace(/\r\n/g, "")
    .replace(/[ \t]+/g, " ")
    .trim();
  return `${header.slice(0, colon).trim().toLowerCase()}:${value}`;
}

function relaxedBody(body: string): string {
  const lines = body.split("\r\n").map((line) => line.replace(/[ \t]+/g, " ").replace(/ $/, ""));
  return `${lines.join("\r\n").replace(/(\r\n)*$/, "")}\r\n`;
}
