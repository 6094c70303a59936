import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import type { ConfigOf } from '../../model/fields';
import { oldTokensField, zombieWritesMetric } from '../fencing-field';
import { defineKind } from '../kind';

const PERFORMANCE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html';
const PATTERNS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html';
const CONSISTENCY = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html';

const fields = {
  firstByteMedianMs: {
    type: 'number',
    label: 'First byte, median',
    unit: 'ms',
    default: 25,
    min: 0.001,
    max: 60_000,
    help: 'Time until the first byte of an answer. Half of them come sooner.',
    real: { value: '100 to 200 ms for small objects', product: 'Amazon S3, Standard class', source: PERFORMANCE },
  },
  firstByteP99Ms: {
    type: 'number',
    label: 'First byte, p99',
    unit: 'ms',
    default: 150,
    ours: 'work',
    min: 0.001,
    max: 600_000,
    help: 'One first byte in a hundred comes later. Values below the median count as the median.',
  },
  sizeMedianKb: {
    type: 'number',
    label: 'Object size, median',
    unit: 'kB',
    default: 100,
    ours: 'work',
    min: 0.001,
    max: 1_000_000,
    help: 'Half of the objects are smaller. A large object takes long because its bytes take long.',
  },
  sizeP99Kb: {
    type: 'number',
    label: 'Object size, p99',
    unit: 'kB',
    default: 5000,
    ours: 'work',
    min: 0.001,
    max: 10_000_000,
    help: 'One object in a hundred is larger. Values below the median count as the median.',
  },
  streamMbPerSec: {
    type: 'number',
    label: 'Throughput of one request',
    unit: 'MB per second',
    default: 80,
    min: 0.1,
    max: 10_000,
    help: 'How fast the bytes of one object flow. Requests do not slow each other down.',
    real: { value: '85 to 90 MB per second', product: 'Amazon S3, one request', source: PATTERNS },
  },
  prefixes: {
    type: 'number',
    integer: true,
    label: 'Prefixes',
    unit: '',
    default: 1,
    ours: 'system',
    min: 1,
    max: 64,
    help: 'Into how many folders the keys are spread. The limits below hold for each of them, so more prefixes allow more.',
  },
  getLimit: {
    type: 'number',
    integer: true,
    label: 'Reads per prefix',
    unit: 'per second',
    default: 5500,
    min: 1,
    max: 1_000_000,
    help: 'Reads beyond this rate are turned away: slow down.',
    real: { value: 'at least 5 500 per second', product: 'Amazon S3, each prefix', source: PERFORMANCE },
  },
  putLimit: {
    type: 'number',
    integer: true,
    label: 'Writes per prefix',
    unit: 'per second',
    default: 3500,
    min: 1,
    max: 1_000_000,
    help: 'Writes beyond this rate are turned away: slow down.',
    real: { value: 'at least 3 500 per second', product: 'Amazon S3, each prefix', source: PERFORMANCE },
  },
  oldTokens: oldTokensField,
} as const;

export type StoreConfig = ConfigOf<typeof fields>;

export const objectStore = defineKind({
  id: 'object-store',
  title: 'Object store',
  summary: 'Files of any size by their key: endless room, slow first bytes, a limit for each prefix.',
  category: 'Data',
  icon: 'M4 6h16l-2 15H6zM3 6c0-1.7 4-3 9-3s9 1.3 9 3M9 12h6',
  docs: {
    models: [
      'A request takes the time to its first byte and then as long as its bytes need. There is no limit on how many are served at once.',
      'Reads and writes have a rate limit for each prefix, with a burst of one second; what is too much is turned away at once. S3 answers 503 Slow Down; here it is counted as rate limited.',
      'A transfer ends when its caller gives up and says so.',
      'A key belongs to the same prefix always, so popular keys can use up the limit of one prefix while others are idle.',
    ],
    leavesOut: [
      'What is stored: every read finds its object, at its newest version, and its size is drawn anew each time.',
      'The slow growth of limits: real stores split busy prefixes in the background.',
      'Uploads in parts, reads of ranges, listing, storage classes and prices.',
      'Bandwidth of the caller, which all its requests share.',
    ],
    tryThis: [
      'Send more reads than one prefix allows, then spread the keys over more prefixes. With popular keys it helps less.',
      'Make the objects large: the time goes into bytes, and a cache in front of it helps more than a faster first byte.',
      'Put a CDN before it.',
    ],
    sources: [
      { title: 'Amazon S3: best practices, optimizing performance', url: PERFORMANCE },
      { title: 'Amazon S3: performance design patterns', url: PATTERNS },
      { title: 'Amazon S3: data consistency model', url: CONSISTENCY },
    ],
  },
  in: [{ id: 'objects', label: 'Objects', accepts: 'query' }],
  out: [],
  fields,
  metrics: [
    {
      id: 'gets',
      type: 'counter',
      label: 'Reads',
      unit: 'requests',
      help: 'Reads within the limit.',
      realName: 'GetRequests',
    },
    {
      id: 'puts',
      type: 'counter',
      label: 'Writes',
      unit: 'requests',
      help: 'Writes within the limit.',
      realName: 'PutRequests',
    },
    {
      id: 'slowDowns',
      type: 'counter',
      label: 'Slow down',
      unit: 'requests',
      help: 'Requests turned away because their prefix was at its limit.',
      realName: '5xxErrors (503 SlowDown)',
    },
    {
      id: 'kilobytes',
      type: 'counter',
      label: 'Transferred',
      unit: 'kB',
      help: 'Bytes of objects read and written, in thousands.',
      realName: 'BytesDownloaded + BytesUploaded',
    },
    zombieWritesMetric,
  ],
  face: [
    { type: 'words', place: 'headline', phrases: ['one prefix', '{} prefixes'] },
    { type: 'bar', label: 'transfers', unit: 'requests' },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS],
  version: 1,
  migrations: [],
});
