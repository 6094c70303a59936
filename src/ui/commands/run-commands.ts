import { documentStore } from '../../store/document-store';
import { runStore } from '../../store/run-store';
import { pause, replayRun, restart, setSpeed, step, togglePlay } from '../../store/session';
import { nextSpeed, SPEED_STOPS, formatSpeed } from '../app/speed';
import type { Command } from './command';

const hasComponents = (): boolean => documentStore.getState().scenario.components.length > 0;
const hasBegun = (): boolean => runStore.getState().begun;

function changeSpeed(direction: 1 | -1): Promise<void> {
  return setSpeed(nextSpeed(runStore.getState().speed, direction));
}

export const RUN_COMMANDS: readonly Command[] = [
  {
    id: 'play',
    title: () => (runStore.getState().pace === 'paused' ? 'Play' : 'Pause'),
    group: 'Run',
    keys: ['P'],
    words: 'start stop run simulate',
    when: hasComponents,
    run: togglePlay,
  },
  {
    id: 'step',
    title: 'Step one event',
    group: 'Run',
    keys: ['.'],
    words: 'next single',
    when: hasComponents,
    run: step,
  },
  {
    id: 'restart',
    title: 'Back to the start',
    group: 'Run',
    words: 'restart reset rewind stop',
    when: hasBegun,
    run: restart,
  },
  {
    id: 'replay',
    title: 'Repeat the run with everything done to it',
    group: 'Run',
    words: 'replay again rewind',
    when: hasBegun,
    run: () => replayRun(),
  },
  {
    id: 'cancel-seek',
    title: 'Stop where the run is now',
    group: 'Run',
    words: 'cancel seek',
    when: () => runStore.getState().pace === 'seeking',
    run: pause,
  },
  { id: 'faster', title: 'Faster', group: 'Run', keys: ['+'], words: 'speed', run: () => changeSpeed(1) },
  { id: 'slower', title: 'Slower', group: 'Run', keys: ['-'], words: 'speed slow motion', run: () => changeSpeed(-1) },
  ...SPEED_STOPS.map(({ speed, use }): Command => ({
    id: `speed-${speed}`,
    title: `Speed ${formatSpeed(speed)}: ${use}`,
    group: 'Run',
    run: () => setSpeed(speed),
  })),
];
