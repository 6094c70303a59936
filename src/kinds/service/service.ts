import { CRASH, ERRORS, PAUSE, SLOW } from '../../model/faults';
import { STRIPE } from '../dedup-fields';
import { defineKind } from '../kind';
import { BAD_DEPLOY, CAPACITY_ADD, CAPACITY_REMOVE, CONFIG_PUSH, CPU_CAP, MEMORY_LEAK } from './faults';
import { fields, TOMCAT } from './fields';
import { HEADLINES } from './face';
import { metrics } from './metrics';

export const service = defineKind({
  id: 'service',
  title: 'Service',
  summary: 'A program of yours: waits for a worker, works, and calls what it depends on.',
  category: 'Compute',
  icon: 'M4 5h16v6H4zM4 13h16v6H4zM7 8h.01M7 16h.01',
  docs: {
    models: [
      'A bounded queue before a fixed number of workers for each instance: oldest, newest or most important first, or with late ones dropped. In front of it, connections with a backlog.',
      'Own work first, then the request plan: caches, databases, other services and topics, in order or together.',
      'Thread per request holds its worker while it waits for others; an event loop does not.',
      'Workers compute on cores of their own, on cores shared equally, or on cores taken in turn. The Universal Scalability Law can make work slower the more of it there is.',
      'Each instance starts up, warms up, needs memory and stands still for garbage collections. Above its limit it is killed, its requests are reset, and it restarts after a delay that doubles.',
      'Requests are dealt out to the instances that are ready. When none is, they are refused.',
      'Instances are added and taken away while it runs, by hand or by an autoscaler: new ones start up first, and those taken away finish what they have.',
      'In a saga it does its step once and undoes it once: a compensation runs its request plan again, as the request that cancels. In two-phase commit its work is a reservation, without locks, that the decision confirms or drops.',
      'Calls to several others can be a pool: each request calls one of them, in turn. If it looks up in the registry that it reports to, only those that its last answer lists; when nobody is listed, the request dies for want of an address.',
      'With idempotency keys, a write that was done is recognised when it comes again, and gets the same answer without being done. One that comes while the first is in work is refused; a failure is not kept, so it may be tried again.',
      'Requests whose caller has given up are still worked on, as most servers do, unless the connection cancels them or passes on its deadline.',
      'A bad configuration reaches its instances at once or one after the other. One that crashes them does so again after each restart, until it is taken back.',
    ],
    leavesOut: [
      'A call that fails is not tried at another member of a pool: retries of a connection go the same way again.',
      'The store of the keys is part of the service: it takes its time and never fails. What the plan has done elsewhere before a crash is done again when the write is repeated.',
      'Time slices, hyper-threads and caches of processors; a core is as fast as any other.',
      'Generations of a heap and collectors that run beside the program: every collection stops everything. What a request sends to others in that time still leaves.',
      'Idle connections kept open: a connection is a request inside.',
    ],
    tryThis: [
      'Let callers repeat writes, cut off the answers for some seconds, and count what was done twice. Then give it idempotency keys.',
      'Halve the workers and watch the queue fill, then requests turned away.',
      'Connect a slow database and switch between thread per request and event loop.',
      'Overload it with shared cores and with cores in turn: short requests fare better when cores are shared.',
      'Switch on garbage collection and raise the load: the fuller the memory, the more often it collects, and the longer.',
    ],
    sources: [
      { title: 'Tomcat 10.1: HTTP connector', url: TOMCAT },
      {
        title: 'Node.js: the event loop',
        url: 'https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick',
      },
      { title: 'Stripe: idempotent requests', url: STRIPE },
      { title: 'RFC 8289: Controlled Delay (CoDel)', url: 'https://www.rfc-editor.org/rfc/rfc8289' },
      {
        title: 'Gunther: Universal Scalability Law',
        url: 'http://www.perfdynamics.com/Manifesto/USLscalability.html',
      },
      {
        title: 'Kubernetes: pod life cycle',
        url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/',
      },
      {
        title: 'Cloudflare: the outage of 18 November 2025, a configuration pushed everywhere',
        url: 'https://blog.cloudflare.com/18-november-2025-outage/',
      },
    ],
  },
  in: [
    { id: 'requests', label: 'Requests', accepts: 'request', transactions: true },
    { id: 'messages', label: 'Messages', accepts: 'deliver' },
    { id: 'instances', label: 'Number of instances', accepts: 'scale' },
    { id: 'load', label: 'Load, from outside', accepts: 'measure' },
  ],
  out: [
    { id: 'dependencies', label: 'Dependencies', sends: ['request', 'cache', 'query', 'publish', 'lock'], use: 'plan' },
    { id: 'registry', label: 'Registry to report to', sends: ['register'], use: 'control' },
  ],
  fields,
  metrics,
  face: [
    { type: 'words', place: 'headline', phrases: HEADLINES },
    { type: 'cells', label: 'workers' },
    { type: 'bar', label: 'queue', unit: 'requests' },
    { type: 'words', place: 'footer', phrases: ['', '{} done twice', '{} [repetition|repetitions] known'] },
  ],
  faults: [CRASH, PAUSE, SLOW, ERRORS, CPU_CAP, MEMORY_LEAK, BAD_DEPLOY, CONFIG_PUSH, CAPACITY_ADD, CAPACITY_REMOVE],
  version: 1,
  migrations: [],
});
