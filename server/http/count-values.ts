// How many values JSON holds, before it is parsed: 64 MB may become objects of a gigabyte.

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** The values of JSON in UTF-8, by the commas between them; of what is no JSON, any number. */
export function countValues(bytes: Uint8Array): number {
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === comma) values++;
    else if (bytes[at] === quote) at = endOfString(bytes, at);
  }
  return values;
}

function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  for (; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
  return at;
}
