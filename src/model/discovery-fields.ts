/** How often instances and callers speak to a registry: fields of the connections to it. */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import type { Fields } from './fields';

const EUREKA = 'https://cloud.spring.io/spring-cloud-netflix/reference/html/appendix.html';

export const DISCOVERY_FIELDS = {
  fetches: {
    type: 'toggle',
    label: 'Looks up whom to call, too',
    default: CONNECTION_DEFAULTS.fetches,
    help: 'It asks the registry for the services it calls, and calls only those on the list. Of a pool it picks one that is listed.',
    real: { value: 'on', product: 'Eureka client fetch-registry', source: EUREKA },
  },
  heartbeatS: {
    type: 'number',
    label: 'Heartbeat every',
    unit: 's',
    default: CONNECTION_DEFAULTS.heartbeatS,
    min: 0.1,
    max: 600,
    help: 'Every instance that is ready tells the registry so. The first heartbeat registers it.',
    real: { value: '30 s; Kubernetes probes every 10 s', product: 'Eureka', source: EUREKA },
  },
  refreshS: {
    type: 'number',
    label: 'Looks up every',
    unit: 's',
    default: CONNECTION_DEFAULTS.refreshS,
    min: 0.1,
    max: 600,
    help: 'Between two looks the caller goes by what it knows. 1 s is about what pushing proxies reach.',
    real: { value: '30 s', product: 'Eureka registry-fetch-interval-seconds', source: EUREKA },
    when: { field: 'fetches', is: [true] },
  },
} as const satisfies Fields;
