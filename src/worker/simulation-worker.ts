/** Entry of the simulation worker. */
import { expose } from 'comlink';
import type { RunCommands } from './protocol';
import { RunHost } from './run-host';

let port: MessagePort | null = null;

const host = new RunHost(
  { now: () => performance.now(), later: (callback, ms) => void setTimeout(callback, ms) },
  (message, transfer) => port?.postMessage(message, transfer),
);

const commands: RunCommands = {
  open: (run, record, untilMicros, thenPlay) => host.open(run, record, untilMicros, thenPlay),
  close: () => host.close(),
  play: () => host.play(),
  pause: () => host.pause(),
  setSpeed: (speed) => host.setSpeed(speed),
  step: () => host.step(),
  seek: (untilMicros) => host.seek(untilMicros),
  checkHistory: (component) => host.checkHistory(component),
  intervene: (deed) => host.intervene(deed),
  connect: (given) => {
    port = given;
  },
};

// A rejection nobody handles never reaches the page by itself.
addEventListener('unhandledrejection', (event) => {
  throw event.reason;
});

expose(commands);
