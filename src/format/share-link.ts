/**
 * Run records as the part of an address after the `#`, so that a run travels without a server.
 *
 *   1.<base64url of: length of the payload (3 bytes), checksum of the payload (8 bytes), payload>
 *
 * The payload is the compact form (`link-form.ts`) as JSON, in UTF-8, deflated (RFC 1951). The length tells a link that
 * was cut off from a damaged one. The checksum comes before unpacking: without one, 57 of 100 000 damaged links were
 * read as another valid scenario. Unpacking goes in small slices and stops at a bound, so a bomb costs no more than a link.
 */
import { deflateSync, Inflate } from 'fflate';
import { failed, ok, problem, type Result } from '../model/problems';
import type { RunRecord } from '../model/scenario';
import { decodeBase64url, encodeBase64url } from './base64url';
import { checksum, CHECKSUM_BYTES } from './checksum';
import { parseJson } from './json-text';
import { packRecord } from './link-form';
import { unpackDocument } from './link-form-reader';
import { readDocument } from './read-document';
import { decodeUtf8, encodeUtf8 } from './utf8';

/** Tag of the links written now. */
const TAG = '1.';
const HEADER_BYTES = 3 + CHECKSUM_BYTES;
const MAX_LENGTH = 64_000;
/** Unpacked bytes: ten times what a link of that length can hold without being packed. */
const MAX_UNPACKED = 500_000;
const SLICE = 512;

/** The fragment of a link, without its `#`. It may be longer than `decodeLink` accepts: see `linkSize`. */
export function encodeLink(record: RunRecord): string {
  const payload = deflateSync(encodeUtf8(JSON.stringify(packRecord(record))), { level: 9 });
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  bytes.set([payload.length >> 16, (payload.length >> 8) & 0xff, payload.length & 0xff]);
  bytes.set(checksum(payload), 3);
  bytes.set(payload, HEADER_BYTES);
  return TAG + encodeBase64url(bytes);
}

/** Where a link of this many characters, address included, can travel. */
export type LinkSize = 'safe' | 'long' | 'too-long-for-chats' | 'too-long';

/** safe: everywhere. long: course pages and most chats. too-long-for-chats: browsers only. too-long: save a file. */
export function linkSize(length: number): LinkSize {
  if (length <= 2_000) return 'safe';
  if (length <= 8_000) return 'long';
  return length <= MAX_LENGTH ? 'too-long-for-chats' : 'too-long';
}

/** The record in a fragment, with or without its `#`. Never throws. */
export function decodeLink(fragment: string): Result<RunRecord> {
  const payload = payloadOf(fragment.startsWith('#') ? fragment.slice(1) : fragment);
  if (!payload.ok) return payload;
  const bytes = inflate(payload.value);
  if (!bytes.ok) return bytes;
  const text = decodeUtf8(bytes.value);
  if (text === null) return failed(problem(108));
  const form = parseJson(text);
  if (!form.ok) return form;
  const document = unpackDocument(form.value);
  return document === null ? failed(problem(105, 'The link holds something else.')) : readDocument(document);
}

/** Header checked, checksum verified. */
function payloadOf(link: string): Result<Uint8Array> {
  if (link.length > MAX_LENGTH) return failed(problem(304, `A link has at most ${MAX_LENGTH} characters.`));
  const tag = /^(\d{1,3})(\.|$)/.exec(link);
  if (!tag || tag[1] === '0') return failed(problem(301));
  if (tag[1] !== '1') return failed(problem(305, 'Open it there, or reload this page to get the newest one.'));
  const bytes = decodeBase64url(link.slice(TAG.length));
  if (bytes === null) return failed(problem(301, 'It has characters that no link has.'));
  const cutOff = problem(303, 'Some programs shorten long links: copy it again from its source, whole.');
  if (bytes.length < HEADER_BYTES) return failed(cutOff);
  const length = (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!;
  const payload = bytes.subarray(HEADER_BYTES);
  if (payload.length < length) return failed(cutOff);
  const sum = checksum(payload);
  const intact = payload.length === length && sum.every((byte, i) => byte === bytes[3 + i]);
  return intact ? ok(payload) : failed(problem(302));
}

class TooMuch extends Error {}

/** Unpacks slice by slice, so that no more than one slice's worth is unpacked beyond the bound. */
function inflate(payload: Uint8Array): Result<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  let ended = false;
  const stream = new Inflate((chunk, final) => {
    total += chunk.length;
    if (total > MAX_UNPACKED) throw new TooMuch();
    chunks.push(chunk);
    ended = final;
  });
  try {
    for (let at = 0; at < payload.length; at += SLICE) {
      stream.push(payload.subarray(at, at + SLICE), at + SLICE >= payload.length);
    }
  } catch (error) {
    return failed(problem(error instanceof TooMuch ? 306 : 302));
  }
  if (!ended) return failed(problem(302));
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return ok(bytes);
}
