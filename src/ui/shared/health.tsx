import { CAUSES_AT } from '../../engine/component-stats';
import type { Series } from '../../store/run-history';
import { type ComponentFace, STATE } from '../../worker/protocol';

/** How a component is doing, told by shape and colour. */
export type Health = 'idle' | 'healthy' | 'busy' | 'saturated' | 'failing' | 'down' | 'frozen';

/** Columns of a window: see BASE_SERIES. */
const COMPLETIONS = 1;
const UTILISATION = 6;

/** Utilisation at which queues begin to grow visibly: the knee. */
const KNEE_PERCENT = 70;
const FULL_PERCENT = 97;
/** Of the requests that end at a component, the part that dies there from which on nobody would call it healthy. */
const FAILING_SHARE = 0.2;

/** From a component's face and what was counted of late; a component without a capacity has no utilisation. */
export function healthOf(face: ComponentFace | undefined, series: Series | undefined): Health {
  if (!face) return 'idle';
  if (face.state & STATE.down) return 'down';
  if (face.state & STATE.paused) return 'frozen';
  const utilisation = series?.recent(UTILISATION) ?? NaN;
  if (utilisation >= FULL_PERCENT) return 'saturated';
  if (series && isFailing(face, series)) return 'failing';
  return utilisation >= KNEE_PERCENT ? 'busy' : 'healthy';
}

function isFailing(face: ComponentFace, series: Series): boolean {
  let dying = 0;
  for (const [cause] of face.deaths) dying += series.recent(CAUSES_AT + cause) || 0;
  return dying > 0 && dying >= FAILING_SHARE * (dying + (series.recent(COMPLETIONS) || 0));
}

export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  idle: 'not running',
  healthy: 'healthy',
  busy: 'busy, near the knee',
  saturated: 'saturated',
  failing: 'failing',
  down: 'down',
  frozen: 'frozen',
};

/** For those who meet a shape for the first time. */
const HEALTH_TIPS: Readonly<Record<Health, string>> = {
  idle: 'not running yet',
  healthy: 'healthy: it has room and answers',
  busy: 'busy: near the knee, where waiting begins',
  saturated: 'saturated: nothing is left of its capacity',
  failing: 'failing: many of its requests die here',
  down: 'down',
  frozen: 'frozen: it accepts requests and answers none',
};

/** Circle healthy, diamond busy, triangle saturated, struck ring failing, cross down, bars frozen, ring not running. */
export function HealthMark({ health, size = 11, explained }: { health: Health; size?: number; explained?: boolean }) {
  return (
    <svg
      className={`health-mark is-${health}`}
      width={size}
      height={size}
      viewBox="0 0 10 10"
      role="img"
      aria-label={HEALTH_WORDS[health]}
      data-tip={explained ? HEALTH_TIPS[health] : undefined}
    >
      {health === 'idle' && <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.6" />}
      {health === 'healthy' && <circle cx="5" cy="5" r="4.5" fill="currentColor" />}
      {health === 'busy' && <path d="M5 0 10 5 5 10 0 5z" fill="currentColor" />}
      {health === 'saturated' && <path d="M5 0 10 10H0z" fill="currentColor" />}
      {health === 'failing' && (
        <path
          d="M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8M2.2 7.8 7.8 2.2"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
        />
      )}
      {health === 'down' && <path d="M1 1 9 9M9 1 1 9" stroke="currentColor" strokeWidth="2.4" />}
      {health === 'frozen' && <path d="M2.5 1v8M7.5 1v8" stroke="currentColor" strokeWidth="2.6" />}
    </svg>
  );
}
