import type { KindDocs } from '../kind';

export const docs: KindDocs = {
  models: [
    'Open load: requests keep coming, whether or not earlier ones were answered: at random (Poisson), evenly, in bursts (a Markov-modulated Poisson process with two states), swinging like day and night, in steps, or with a spike.',
    'Closed load: a fixed number of users, each of whom asks, waits for the answer, thinks, and asks again.',
    'Partly open load: visitors arrive at random; each asks, thinks, and goes on with a given chance.',
    'Response time as the user feels it: from when the request was due to the answer, network included. What a load generator that waits for its own connections would report stands beside it as the uncorrected time.',
    'Load generators with a limit: one drops what is due when too much is open, one makes it wait for a connection.',
    'Reads and writes, or named operations with share, size and priority, about keys that are popular, uniform or sequential, from many addresses.',
  ],
  leavesOut: [
    'Log-ins and page flows: the requests of a visit do not depend on each other, and each comes from any address.',
    'Impatience: timeouts and retries belong to the connection.',
    'Requests that wait for a connection of the generator count as sent, and as inside, only once they are sent.',
  ],
  tryThis: [
    'Raise the request rate in steps and watch the response time: it stays flat, then bends at the knee.',
    'Switch from open to closed load under overload: the queue stops growing, because the users wait.',
    'Send evenly over one connection and freeze the service for ten seconds: the uncorrected time hides nearly all of it.',
  ],
  sources: [
    {
      title: 'Schroeder, Wierman, Harchol-Balter: Open Versus Closed (NSDI 2006)',
      url: 'https://www.usenix.org/legacy/event/nsdi06/tech/full_papers/schroeder/schroeder_html/index.html',
    },
    {
      title: 'k6: open and closed models',
      url: 'https://grafana.com/docs/k6/latest/using-k6/scenarios/concepts/open-vs-closed/',
    },
    {
      title: 'wrk2: constant rate and coordinated omission',
      url: 'https://github.com/giltene/wrk2',
    },
  ],
};
