import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { choice, type ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';

const AWS_LIMITS = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html';

const fields = {
  limit: {
    type: 'toggle',
    label: 'Rate limit',
    default: true,
    help: 'Turns requests away that come faster than the rate below. Without it, whatever is behind takes the full load.',
  },
  ratePerSec: {
    type: 'number',
    integer: true,
    label: 'Allowed rate',
    unit: 'per second',
    default: 200,
    min: 1,
    max: 100_000,
    help: 'Tokens that come back each second: the rate that gets through in the long run, for all callers together.',
    real: { value: '10 000 per second', product: 'Amazon API Gateway, one account in one region', source: AWS_LIMITS },
    when: { field: 'limit', is: [true] },
  },
  burst: {
    type: 'number',
    integer: true,
    label: 'Burst',
    unit: 'requests',
    default: 200,
    min: 1,
    max: 1_000_000,
    help: 'Tokens the bucket holds: how many requests may come at once after a quiet time.',
    real: { value: '5 000', product: 'Amazon API Gateway, one account in one region', source: AWS_LIMITS },
    when: { field: 'limit', is: [true] },
  },
  auth: choice({
    label: 'Who is calling?',
    default: 'none',
    options: [
      { value: 'none', label: 'Not checked', help: 'Everybody may call.' },
      {
        value: 'jwt',
        label: 'Signed token (JWT)',
        help: 'The gateway checks the signature itself: it costs processor time and no call to anybody.',
      },
    ],
    help: 'Whether the gateway makes sure who sends a request before it lets it in.',
  }),
  jwtMicros: {
    type: 'number',
    integer: true,
    label: 'Token check',
    unit: 'µs',
    default: 80,
    min: 0,
    max: 100_000,
    help: 'Processor time to verify one signature.',
    when: { field: 'auth', is: ['jwt'] },
  },
  invalidPercent: {
    type: 'number',
    label: 'Invalid tokens',
    unit: '%',
    default: 0,
    min: 0,
    max: 100,
    help: 'Share of the requests whose token is expired or forged. They are turned away: unauthorised.',
    when: { field: 'auth', is: ['jwt'] },
  },
  cpuMicros: {
    type: 'number',
    integer: true,
    label: 'Own work',
    unit: 'µs',
    default: 60,
    min: 0,
    max: 100_000,
    help: 'Processor time for each request: reading it, choosing the route, writing it on.',
  },
  cores: {
    type: 'number',
    integer: true,
    label: 'Cores',
    unit: '',
    default: 4,
    min: 1,
    max: 64,
    help: 'How many requests it works on at the same time. The others wait in the order of their arrival.',
  },
} as const;

export type GatewayConfig = ConfigOf<typeof fields>;

const LIMITS = ['limit {} per second', 'no limit'];
const CHECKS = ['callers not checked', 'checks signed tokens'];

export const apiGateway = defineKind({
  id: 'api-gateway',
  title: 'API gateway',
  summary: 'The front door: checks who is calling, limits how fast, and sends each request to the right place.',
  category: 'Edge',
  icon: 'M12 3l8 3v5c0 5-3.4 8.6-8 10c-4.6-1.4-8-5-8-10V6zM8 12h8M13 9l3 3-3 3',
  docs: {
    models: [
      'In this order: own work and token check on a few cores, the decision who may in, the rate limit, the route.',
      'A token bucket for all callers together: it lets bursts through and holds the rate in the long run.',
      'Routes by operation (reads, writes) and by share, so that a part of the traffic can try a new version.',
      'A request that is turned away has cost the gateway its own work, and nothing behind the gateway.',
    ],
    leavesOut: [
      'A limit for each caller or each route, and limits shared between several gateways.',
      'Asking another service who the caller is, and keeping that answer for a while.',
      'Encryption, transforming requests, caching answers, retries. Callers do not wait longer because they were limited.',
      'A limit on its own queue.',
    ],
    tryThis: [
      'Send more than the allowed rate: nothing happens until the bucket is empty, then the surplus is turned away.',
      'Put an overloaded service behind it, then switch the limit on: fewer requests get in, more are answered in time.',
      'Turn on the token check with 20 % invalid tokens and compare what arrives with what gets through.',
    ],
    sources: [
      { title: 'Amazon API Gateway: quotas', url: AWS_LIMITS },
      {
        title: 'Amazon API Gateway: throttling with a token bucket',
        url: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html',
      },
      { title: 'RFC 6585: status 429 Too Many Requests', url: 'https://www.rfc-editor.org/rfc/rfc6585' },
      { title: 'RFC 7519: JSON Web Token', url: 'https://www.rfc-editor.org/rfc/rfc7519' },
    ],
  },
  in: [{ id: 'requests', label: 'Requests', accepts: 'request' }],
  out: [{ id: 'routes', label: 'Routes', sends: ['request', 'query', 'cache', 'publish'], use: 'route' }],
  fields,
  metrics: [
    {
      id: 'allowed',
      type: 'counter',
      label: 'Let in',
      unit: 'requests',
      help: 'Requests that passed every check.',
    },
    {
      id: 'limited',
      type: 'counter',
      label: 'Rate limited',
      unit: 'requests',
      help: 'Requests turned away because the bucket had no token.',
      realName: '429 responses',
    },
    {
      id: 'unauthorised',
      type: 'counter',
      label: 'Unauthorised',
      unit: 'requests',
      help: 'Requests turned away because their token was not valid.',
      realName: '401 responses',
    },
    {
      id: 'tokens',
      type: 'gauge',
      label: 'Tokens left',
      unit: 'tokens',
      help: 'Tokens in the bucket, as each request left it: how much of a burst would still get through.',
    },
  ],
  face: [
    { type: 'words', place: 'headline', phrases: LIMITS },
    { type: 'bar', label: 'tokens', unit: 'tokens' },
    { type: 'words', place: 'footer', phrases: CHECKS },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS],
  version: 1,
  migrations: [],
});
