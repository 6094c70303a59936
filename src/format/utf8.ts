/** UTF-8 (RFC 3629) without the DOM: the pure layers have no TextEncoder. Strict: nothing is ever replaced. */

/** The text as UTF-8. A lone surrogate becomes U+FFFD; JSON text never holds one, because JSON.stringify escapes it. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i)!;
    if (code >= 0x10000) i++;
    else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes[length++] = code;
    else if (code < 0x800) {
      bytes[length++] = 0xc0 | (code >> 6);
      bytes[length++] = 0x80 | (code & 0x3f);
    } else {
      if (code < 0x10000) bytes[length++] = 0xe0 | (code >> 12);
      else {
        bytes[length++] = 0xf0 | (code >> 18);
        bytes[length++] = 0x80 | ((code >> 12) & 0x3f);
      }
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[length++] = 0x80 | (code & 0x3f);
    }
  }
  return bytes.slice(0, length);
}

const CHUNK = 4096;

/** The text of UTF-8 bytes, or null when they are not UTF-8: overlong forms, surrogates and cut-off characters included. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const plain = asciiEnd(bytes, at);
    if (plain > at) text += String.fromCharCode(...bytes.subarray(at, plain));
    at = plain;
    const first = bytes[at];
    if (first === undefined || first < 0x80) continue;
    const following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    const code = codePoint(bytes, at, following);
    if (code < 0) return null;
    text += String.fromCodePoint(code);
    at += 1 + following;
  }
  return text;
}

/** Where the ASCII characters from here end, after one chunk at the latest. */
function asciiEnd(bytes: Uint8Array, from: number): number {
  const last = Math.min(bytes.length, from + CHUNK);
  let at = from;
  while (at < last && bytes[at]! < 0x80) at++;
  return at;
}

/** The code point of `following` + 1 bytes, or −1. */
function codePoint(bytes: Uint8Array, at: number, following: number): number {
  const first = bytes[at]!;
  if (first < 0xc2 || first > 0xf4 || at + following >= bytes.length) return -1;
  let code = first & (0x3f >> following);
  for (let i = 1; i <= following; i++) {
    const next = bytes[at + i]!;
    if ((next & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (next & 0x3f);
  }
  const smallest = following === 1 ? 0x80 : following === 2 ? 0x800 : 0x10000;
  return code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? -1 : code;
}
