import { readFileSync } from 'node:fs';
import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { RandomStream } from '../engine/random';
import { KINDS } from '../kinds/registry';
import type { Settings } from '../model/fields';
import { EMPTY_SCENARIO, type RunRecord } from '../model/scenario';
import { decodeBase64url, encodeBase64url } from './base64url';
import { checksum } from './checksum';
import { readScenario } from './scenario-codec';
import { decodeLink, encodeLink, linkSize } from './share-link';
import { arbitraryRecord } from './testing/arbitrary-scenario';
import { encodeUtf8 } from './utf8';

fc.configureGlobal({ seed: inject('seed') });

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function problemsOf(link: string): number[] {
  const result = decodeLink(link);
  return result.ok ? [] : result.problems.map(({ number }) => number);
}

/** A link with a right header around any payload. */
function linkAround(payload: Uint8Array): string {
  const length = [payload.length >> 16, (payload.length >> 8) & 255, payload.length & 255];
  return '1.' + encodeBase64url(Uint8Array.from([...length, ...checksum(payload), ...payload]));
}

const linkOf = (form: unknown): string => linkAround(deflateSync(encodeUtf8(JSON.stringify(form))));

describe('a link', () => {
  it('carries a record exactly', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (number) => {
        const record = arbitraryRecord(number);
        expect(decodeLink('#' + encodeLink(record))).toEqual({ ok: true, value: record });
      }),
      { numRuns: 150 },
    );
  });

  it('of the first version still opens, and means the same', () => {
    // Frozen, as the links that people have posted. Never change it; add one for each later tag.
    const link = readFileSync('src/format/fixtures/version-1-link.txt', 'utf8').trim();
    expect(decodeLink(link)).toEqual(readScenario(readFileSync('src/format/fixtures/version-1.json', 'utf8')));
    expect(decodeLink(link).ok).toBe(true);
  });

  it('is the same each time, so that people can compare links', () => {
    expect(encodeLink(arbitraryRecord(1))).toBe(encodeLink(arbitraryRecord(1)));
  });

  it.each([
    [2000, 'safe'],
    [2001, 'long'],
    [8000, 'long'],
    [8001, 'too-long-for-chats'],
    [64_000, 'too-long-for-chats'],
    [64_001, 'too-long'],
  ] as const)('of %d characters is %s', (length, size) => {
    expect(linkSize(length)).toBe(size);
  });
});

describe('what is not a link', () => {
  const good = encodeLink(arbitraryRecord(3));

  it.each<[name: string, link: string, numbers: number[]]>([
    ['nothing', '', [301]],
    ['a heading', '#the-engine', [301]],
    ['a number', '#2024', [301]],
    ['a newer tag', `2.${good.slice(2)}`, [305]],
    ['the tag alone', '1.', [303]],
    ['a character that no link has', `${good.slice(0, 40)}%${good.slice(41)}`, [301]],
    ['a letter beyond ASCII', `${good.slice(0, 40)}é${good.slice(41)}`, [301]],
    ['something behind it', `${good}AAAA`, [302]],
    ['too many characters', `1.${'A'.repeat(64_000)}`, [304]],
    ['a payload that is not deflated', linkAround(Uint8Array.from([7, 7, 7, 7])), [302]],
    ['an empty payload', linkAround(new Uint8Array()), [302]],
    ['a payload that stops', linkAround(deflateSync(encodeUtf8('x'.repeat(50))).slice(0, 4)), [302]],
    ['bytes that are not UTF-8', linkAround(deflateSync(Uint8Array.from([0xff, 0xfe]))), [108]],
    ['no JSON', linkAround(deflateSync(encodeUtf8('[1,'))), [102]],
    ['deep nesting', linkAround(deflateSync(encodeUtf8('['.repeat(20_000)))), [107]],
    ['another form', linkOf({ title: 'x' }), [105]],
    ['a list of another length', linkOf(['t', '', 7]), [105]],
    [
      'an index beyond its table',
      linkOf(['t', '', 7, [], [], ['a', [0], [0], [0], [0], [0]], [[], [], [], []], [], []]),
      [105],
    ],
    [
      'an index that is a word',
      linkOf(['t', '', 7, [], ['client'], ['a', ['length'], [0], [0], [0], [0]], [[], [], [], []], [], []]),
      [105],
    ],
    [
      'columns of different length',
      linkOf(['t', '', 7, [], ['client'], ['a b', [0], [0, 0], [0, 0], [0, 0], [0, 0]], [[], [], [], []], [], []]),
      [105],
    ],
    [
      'a key named __proto__',
      linkOf(['t', '', 7, [], ['client'], ['a', [0], [0], [0], [0], [['__proto__', 1]]], [[], [], [], []], [], []]),
      [105],
    ],
    [
      'a bad meaning',
      linkOf(['t', '', 7, [], ['none'], ['a', [0], [0], [0], [0], [0]], [[], [], [], []], [], []]),
      [203],
    ],
    ['a bomb', linkAround(deflateSync(new Uint8Array(40_000_000), { level: 9 })), [306]],
  ])('%s', (_, link, numbers) => {
    expect(problemsOf(link)).toEqual(numbers);
  });

  it('says of a link that was cut off that it was cut off, at every length', () => {
    const lengths = Array.from({ length: good.length - 2 }, (_, i) => i + 2);
    expect(new Set(lengths.flatMap((length) => problemsOf(good.slice(0, length))))).toEqual(new Set([303]));
    expect(problemsOf('1')).toEqual([303]);
  });

  it('is never read as another record: 20 000 damaged links', () => {
    const seed = 20_000;
    const random = new RandomStream(seed, 'damage', 'links');
    const records = Array.from({ length: 20 }, (_, i) => arbitraryRecord(i, { size: 5 }));
    const links = records.map(encodeLink);
    for (let i = 0; i < 20_000; i++) {
      const which = random.integer(links.length);
      const damaged = damage(links[which]!, random);
      const result = decodeLink(damaged);
      // The spare bits of the last character carry nothing, so a change of them alone is no damage.
      if (result.ok) expect(result.value, `seed ${seed}, case ${i}`).toEqual(records[which]);
    }
  });
});

/** One or a few characters changed, dropped, doubled or exchanged. */
function damage(link: string, random: RandomStream): string {
  const characters = [...link];
  for (let i = random.integer(3) + 1; i > 0; i--) {
    const at = random.integer(characters.length);
    const other = random.integer(characters.length);
    const letter = ALPHABET[random.integer(ALPHABET.length)]!;
    switch (random.integer(5)) {
      case 0:
        characters[at] = letter;
        break;
      case 1:
        characters.splice(at, 1);
        break;
      case 2:
        characters.splice(at, 0, letter);
        break;
      case 3:
        [characters[at], characters[other]] = [characters[other]!, characters[at]!];
        break;
      default:
        characters.splice(at, 8, ...characters.slice(other, other + 8));
    }
  }
  return characters.join('');
}

describe('the size of a link', () => {
  /** A system as people draw them: tiers of ten, each connected to some of the next, a few settings. */
  function tiers(count: number): RunRecord {
    const kinds = ['client', 'load-balancer', 'service', 'sql-database'].filter((id) =>
      KINDS.some((kind) => kind.id === id),
    );
    const components = Array.from({ length: count }, (_, i) => {
      const kind = kinds[Math.min(kinds.length - 1, Math.floor((i * kinds.length) / count))]!;
      const config: Settings = i % 3 === 0 && kind === 'service' ? { workers: 4 + i } : {};
      return { id: `${kind}-${i}`, kind, label: `Part ${i}`, x: Math.floor(i / 10) * 300, y: (i % 10) * 160, config };
    });
    const connections = components.flatMap((from, i) => {
      const to = components[i + Math.ceil(count / kinds.length)];
      return to ? [{ id: `${from.id}-${to.id}`, from: from.id, to: to.id, config: {} }] : [];
    });
    return { scenario: { ...EMPTY_SCENARIO, components, connections }, interventions: [] };
  }

  it.each([
    [30, 2_000],
    [100, 8_000],
    [500, 64_000],
  ])('%d components need at most %d characters', (count, most) => {
    const link = encodeLink(tiers(count));
    expect(link.length).toBeLessThanOrEqual(most);
    expect(decodeLink(link).ok).toBe(true);
  });
});

describe('base64url', () => {
  it('gives back the bytes, whatever their number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
      }),
    );
  });
});
