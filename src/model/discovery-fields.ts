/** How often instances and callers speak to a registry: fields of the connections to it. */
import { CONNECTION_DEFAULTS } from './connection-defaults';
import type { Fields } from './fields';

const EUREKA = 'https://cloud.spring.io/spring-cloud-netflix/reference/html/appendix.html';

export const DISCOVERY_FIELDS = {
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
  },
} as const satisfies Fields;
