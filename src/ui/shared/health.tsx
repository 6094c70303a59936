import type { ComponentFace } from '../../worker/protocol';
import { STATE } from '../../worker/protocol';

/** How a component is doing, told by shape and colour. */
export type Health = 'idle' | 'healthy' | 'busy' | 'saturated' | 'down' | 'frozen';

/** Utilisation at which queues begin to grow visibly: the knee. */
const KNEE_PERCENT = 70;
const FULL_PERCENT = 97;

/** From a component's face and its utilisation in percent (NaN when it has no capacity). */
export function healthOf(face: ComponentFace | undefined, utilisation: number): Health {
  if (!face) return 'idle';
  if (face.state & STATE.down) return 'down';
  if (face.state & STATE.paused) return 'frozen';
  if (utilisation >= FULL_PERCENT) return 'saturated';
  return utilisation >= KNEE_PERCENT ? 'busy' : 'healthy';
}

export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  idle: 'not running',
  healthy: 'healthy',
  busy: 'busy, near the knee',
  saturated: 'saturated',
  down: 'down',
  frozen: 'frozen',
};

/** Circle healthy, diamond busy, triangle saturated, cross down, bars frozen, ring not running. */
export function HealthMark({ health, size = 11 }: { health: Health; size?: number }) {
  return (
    <svg
      className={`health-mark is-${health}`}
      width={size}
      height={size}
      viewBox="0 0 10 10"
      role="img"
      aria-label={HEALTH_WORDS[health]}
    >
      {health === 'idle' && <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.6" />}
      {health === 'healthy' && <circle cx="5" cy="5" r="4.5" fill="currentColor" />}
      {health === 'busy' && <path d="M5 0 10 5 5 10 0 5z" fill="currentColor" />}
      {health === 'saturated' && <path d="M5 0 10 10H0z" fill="currentColor" />}
      {health === 'down' && <path d="M1 1 9 9M9 1 1 9" stroke="currentColor" strokeWidth="2.4" />}
      {health === 'frozen' && <path d="M2.5 1v8M7.5 1v8" stroke="currentColor" strokeWidth="2.6" />}
    </svg>
  );
}
