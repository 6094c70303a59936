import { CRASH, PAUSE, SLOW } from '../../model/faults';
import { choice, type ConfigOf } from '../../model/fields';
import { defineKind } from '../kind';

const HAPROXY = 'https://docs.haproxy.org/3.2/configuration.html';

const fields = {
  policy: choice({
    label: 'Policy',
    default: 'round-robin',
    options: [
      {
        value: 'round-robin',
        label: 'Round robin',
        help: 'One after the other, in proportion to the shares. Blind to how busy they are.',
      },
      { value: 'random', label: 'Random', help: 'By chance, in proportion to the shares. Some get several in a row.' },
      {
        value: 'least-connections',
        label: 'Least connections',
        help: 'The one with the fewest open requests for its share; equals take turns.',
      },
      {
        value: 'two-choices',
        label: 'Power of two choices',
        help: 'Draws two and takes the less busy one, the first drawn when they are equal. Nearly as good as looking at all of them.',
      },
    ],
    help: 'How the backend for a request is chosen. The balancer counts only the requests it has sent itself.',
    real: {
      value: 'round robin',
      product: 'HAProxy and nginx',
      source: 'http://nginx.org/en/docs/http/ngx_http_upstream_module.html',
    },
  }),
  healthChecks: {
    type: 'toggle',
    label: 'Health checks',
    default: true,
    help: 'Asks every backend regularly whether it is alive. Without checks, a dead backend keeps getting its share.',
  },
  checkIntervalMs: {
    type: 'number',
    label: 'Check every',
    unit: 'ms',
    default: 2000,
    min: 100,
    max: 600_000,
    help: 'Time from one check of a backend to the next. Shorter notices a failure sooner.',
    real: { value: '2 s', product: 'HAProxy inter', source: HAPROXY },
    when: { field: 'healthChecks', is: [true] },
  },
  checkTimeoutMs: {
    type: 'number',
    label: 'Check timeout',
    unit: 'ms',
    default: 1000,
    min: 1,
    max: 600_000,
    help: 'A check without an answer after this long has failed. It never lasts longer than the interval.',
    real: { value: 'as long as the interval', product: 'HAProxy timeout check', source: HAPROXY },
    when: { field: 'healthChecks', is: [true] },
  },
  fall: {
    type: 'number',
    integer: true,
    label: 'Failures to mark down',
    unit: 'checks',
    default: 3,
    min: 1,
    max: 20,
    help: 'After this many failed checks in a row the backend gets no more requests.',
    real: { value: '3', product: 'HAProxy fall', source: HAPROXY },
    when: { field: 'healthChecks', is: [true] },
  },
  rise: {
    type: 'number',
    integer: true,
    label: 'Successes to mark up',
    unit: 'checks',
    default: 2,
    min: 1,
    max: 20,
    help: 'After this many good checks in a row a backend that was down gets requests again.',
    real: { value: '2', product: 'HAProxy rise', source: HAPROXY },
    when: { field: 'healthChecks', is: [true] },
  },
  cpuMicros: {
    type: 'number',
    integer: true,
    label: 'Own work',
    unit: 'µs',
    default: 30,
    min: 0,
    max: 100_000,
    help: 'Processor time to pass one request on.',
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

export type BalancerConfig = ConfigOf<typeof fields>;

const POLICY_WORDS = ['round robin', 'random', 'least connections', 'power of two choices'];
const HEALTH_WORDS = ['{} of {} healthy', '{} backends, not checked'];

export const loadBalancer = defineKind({
  id: 'load-balancer',
  title: 'Load balancer',
  summary: 'Spreads requests over several backends and leaves out those that fail their health checks.',
  category: 'Edge',
  icon: 'M12 3v7M5 15v-5h14v5M12 10v5M3 15h4v5H3zM10 15h4v5h-4zM17 15h4v5h-4z',
  docs: {
    models: [
      'Round robin, random, least connections and power of two choices, each in proportion to the shares of the connections. A share of 0 takes a backend out.',
      'Active health checks to every backend, each in its own rhythm. A backend is trusted until checks fail.',
      'A short piece of own work for each request, on a few cores.',
      'Failures of a backend go back to the caller as they are; the balancer does not try another one.',
    ],
    leavesOut: [
      'Passive health: failed requests do not count against a backend, only failed checks do.',
      'Retries on another backend, slow start, sticky sessions, hashing by address or key.',
      'Limits on connections and on its own queue.',
      'Deep checks: a backend that is alive but answers with errors passes.',
    ],
    tryThis: [
      'Crash one of three backends: a third of the requests fails until the checks notice, after four to six seconds.',
      'Freeze a backend instead of crashing it: nobody refuses, so every request sent there waits for its timeout.',
      'Slow one backend down and change from round robin to power of two choices.',
    ],
    sources: [
      { title: 'HAProxy: configuration manual (balance, inter, fall, rise)', url: HAPROXY },
      { title: 'nginx: upstream module', url: 'http://nginx.org/en/docs/http/ngx_http_upstream_module.html' },
      { title: 'nginx: proxy module (timeouts)', url: 'http://nginx.org/en/docs/http/ngx_http_proxy_module.html' },
      {
        title: 'Mitzenmacher: The Power of Two Choices in Randomized Load Balancing',
        url: 'https://www.eecs.harvard.edu/~michaelm/postscripts/mythesis.pdf',
      },
    ],
  },
  in: [{ id: 'requests', label: 'Requests', accepts: 'request' }],
  out: [
    {
      id: 'backends',
      label: 'Backends',
      sends: ['request', 'query', 'cache', 'publish'],
      use: 'route',
      defaults: { timeoutMs: 60_000 },
    },
  ],
  fields,
  metrics: [
    {
      id: 'healthyBackends',
      type: 'gauge',
      label: 'Healthy backends',
      unit: 'backends',
      help: 'Backends that may get requests.',
      realName: 'haproxy_backend_active_servers',
    },
    {
      id: 'healthChecks',
      type: 'counter',
      label: 'Health checks',
      unit: 'checks',
      help: 'Health checks that have ended, well or not.',
    },
    {
      id: 'healthChecksFailed',
      type: 'counter',
      label: 'Failed health checks',
      unit: 'checks',
      help: 'Health checks that were refused, reset or not answered in time.',
      realName: 'haproxy_server_check_failures_total',
    },
    {
      id: 'markedDown',
      type: 'counter',
      label: 'Marked down',
      unit: 'backends',
      help: 'How often a backend was taken out because its checks failed.',
      realName: 'haproxy_server_check_up_down_total',
    },
    {
      id: 'markedUp',
      type: 'counter',
      label: 'Marked up',
      unit: 'backends',
      help: 'How often a backend came back because its checks succeeded again.',
    },
  ],
  face: [
    { type: 'words', place: 'headline', phrases: POLICY_WORDS },
    { type: 'targets', label: 'backends' },
    { type: 'words', place: 'footer', phrases: HEALTH_WORDS },
  ],
  faults: [CRASH, PAUSE, SLOW],
  version: 1,
  migrations: [],
});
