import { CRASH, ERRORS, type FaultSpec, PAUSE, SLOW } from '../../model/faults';
import { defineKind } from '../kind';
import { fields, LIFECYCLE, LIMITS, SCALING } from './fields';
import { metrics } from './metrics';

export const DEPLOY: FaultSpec = {
  id: 'deploy',
  label: 'Deploy a new version',
  done: 'was deployed anew',
  help: 'Environments of the old version serve nobody new: every request starts cold until there are enough new ones.',
  params: {},
};

export const serverlessFunction = defineKind({
  id: 'function',
  title: 'Function',
  summary: 'Serverless: an environment for each request, started when none is free, gone when nobody asks.',
  category: 'Compute',
  icon: 'M5 20h3l4.5-12M8 4h3l6 16h3',
  docs: {
    models: [
      'One request at a time in each environment. A request takes the environment that was used last; when none is idle, a new one starts cold for it.',
      'Idle environments are kept for the keep-alive time, then they are gone.',
      'A limit on the requests inside and a limit on new environments, refilled all the time; what is too much is turned away at once with 429.',
      'The request plan runs inside the environment, which is held and billed until the answer, cold start included, rounded up to whole milliseconds.',
    ],
    leavesOut: [
      'Stopping an execution whose caller has given up: it is carried through and billed, as a handler that is not told.',
      'Memory size, which sets processor speed and price on real platforms.',
      'Queues before asynchronous calls, retries by the platform, provisioned and reserved concurrency.',
      'Limits shared with other functions of the account, and the limit on requests per second.',
      'Environments that the platform recycles while they are in use, and reuse of what a timeout left behind.',
    ],
    tryThis: [
      'Send a request every 20 seconds, at random, with a keep-alive of two seconds: nine in ten start cold. While requests are short, the share is e to the power of minus rate times keep-alive.',
      'Deploy a new version under load and watch the response times and the number of environments.',
      'Connect a database with few connections: each environment keeps its own, and a burst asks for all of them at once.',
      'Make a dependency slow: concurrency is rate times duration, so the limit comes nearer.',
    ],
    sources: [
      { title: 'AWS Lambda: scaling behaviour', url: SCALING },
      { title: 'AWS Lambda: quotas', url: LIMITS },
      { title: 'AWS Lambda: life cycle of an execution environment', url: LIFECYCLE },
      {
        title: 'Wang et al.: Peeking Behind the Curtains of Serverless Platforms (USENIX ATC 2018)',
        url: 'https://www.usenix.org/conference/atc18/presentation/wang-liang',
      },
    ],
  },
  in: [
    { id: 'requests', label: 'Requests', accepts: 'request' },
    { id: 'messages', label: 'Messages', accepts: 'deliver' },
  ],
  out: [{ id: 'dependencies', label: 'Dependencies', sends: ['request', 'cache', 'query', 'publish'], use: 'plan' }],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: ['{} [environment|environments]'] },
    { type: 'bar', label: 'in use', unit: 'requests' },
    { type: 'words', place: 'footer', phrases: ['{} starting, {} idle'] },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, DEPLOY],
  version: 1,
  migrations: [],
});
