import type { KindDocs } from '../kind';
import { NGINX_LIMIT, AWS_LIMITS } from './fields';

export const docs: KindDocs = {
  models: [
    'In this order: own work on a few cores, who is calling, the limit, the route.',
    'Token bucket, leaky bucket, fixed and sliding window, and a limit of requests at once; for all callers together or for each one. The 10 000 callers seen last are remembered.',
    'Who is turned away by a rate learns when to come again (429 with Retry-After).',
    'A signed token costs processor time. Asking an auth service costs its response time, unless the answer to the last question about this caller is kept.',
    'Routes by operation, by reads and writes, and by share, so that a part of the traffic can try a new version.',
    'A request that is turned away has cost the gateway its own work, and nothing behind the gateway.',
  ],
  leavesOut: [
    'A limit for each route, quotas per day, and limits shared between several gateways.',
    'The auth service is not on the canvas: its line has no end, its questions have no timeout, and several requests of one caller may ask at the same time.',
    'Tokens withdrawn before they expire, and remembering invalid ones.',
    'Encryption, transforming requests, caching answers, limits on size, a limit on its own queue.',
  ],
  tryThis: [
    'Send more than the allowed rate: nothing happens until the bucket is empty, then the surplus is turned away.',
    'Change to a leaky bucket: the burst is not turned away but waits, up to the burst over the rate.',
    'Put an overloaded service behind it, then switch the limit on: fewer requests get in, more are answered in time.',
    'Ask an auth service, keep no answers, and let it answer one question at a time: the front door is as fast as that service.',
  ],
  sources: [
    { title: 'Amazon API Gateway: quotas', url: AWS_LIMITS },
    {
      title: 'Amazon API Gateway: throttling with a token bucket',
      url: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html',
    },
    { title: 'nginx: limit_req (leaky bucket)', url: NGINX_LIMIT },
    { title: 'RFC 6585: status 429 Too Many Requests', url: 'https://www.rfc-editor.org/rfc/rfc6585' },
    { title: 'RFC 7519: JSON Web Token', url: 'https://www.rfc-editor.org/rfc/rfc7519' },
    { title: 'RFC 7662: token introspection', url: 'https://www.rfc-editor.org/rfc/rfc7662' },
  ],
};
