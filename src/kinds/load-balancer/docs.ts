import type { KindDocs } from '../kind';
import { HAPROXY, NGINX, NGINX_PROXY, ENVOY_CLUSTER, ENVOY_OUTLIER } from './fields';

export const docs: KindDocs = {
  models: [
    'Round robin, random, least connections and power of two choices, each in proportion to the shares of the connections. IP hash, ring hash and Maglev send the same caller or key to the same backend.',
    'A share of 0 drains a backend: no new requests, and those under way finish.',
    'Active health checks to every backend, each in its own rhythm. A backend is trusted until checks fail.',
    'Passive checks: errors in a row eject a backend, longer each time; good checks do not end that. Back again, it may start slowly. Below the panic threshold all are used.',
    'Errors of its own: 502 when a backend refused or broke off, 503 when none is healthy or the wait is too long, 504 when none answered in time. Errors of the backends are passed on.',
    'At layer 4, all gRPC calls over one incoming connection stay with one backend until the connection is renewed or breaks. REST callers keep many connections, so each request is placed like a new one.',
    'A short piece of own work for each request, on a few cores.',
  ],
  leavesOut: [
    'Cookies for sticky sessions, peak latency as a measure of load, ejection by success rate.',
    'At layer 4, opening a connection costs nothing, and old connections to a drained backend are never cut.',
    'Hashing passes a full backend over instead of waiting for it, and ignores slow start.',
    'Deep checks: a backend that is alive but answers with errors passes its checks.',
    'In Envoy a good health check ends an ejection early, unless that is switched off.',
    'Several balancers that know of each other: each sees only its own requests.',
  ],
  tryThis: [
    'Crash one of three backends: a third of the requests fails until the checks notice, after four to six seconds. Then try two backends for each request.',
    'Freeze a backend instead of crashing it: nobody refuses, so every request sent there waits for its timeout.',
    'Slow one backend down and change from round robin to power of two choices.',
    'Let one backend answer with errors, under least connections: it is always free, so it swallows the traffic. Then eject who fails.',
    'Choose layer 4 and gRPC on the connection from the client: one backend does all the work.',
  ],
  sources: [
    { title: 'HAProxy: configuration manual (balance, inter, fall, rise)', url: HAPROXY },
    { title: 'nginx: upstream module', url: NGINX },
    { title: 'nginx: proxy module (timeouts, next upstream)', url: NGINX_PROXY },
    { title: 'Envoy: cluster (panic threshold, slow start)', url: ENVOY_CLUSTER },
    { title: 'Envoy: outlier detection', url: ENVOY_OUTLIER },
    { title: 'Eisenbud et al.: Maglev', url: 'https://research.google/pubs/pub44824/' },
    {
      title: 'Mitzenmacher: The Power of Two Choices in Randomized Load Balancing',
      url: 'https://www.eecs.harvard.edu/~michaelm/postscripts/mythesis.pdf',
    },
  ],
};
