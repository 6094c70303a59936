import { memo } from 'react';
import { HealthMark } from '../shared/health';
import type { CardPart, Lane, Target } from './card-parts';
import { MemberRows } from './member-rows';

/** The mechanism of a component: slots, queues, shares, partitions, targets. */
export const CardBody = memo(function CardBody({ part }: { part: CardPart }) {
  switch (part.type) {
    case 'cells':
      return <Cells busy={part.busy} total={part.total} tip={part.tip} />;
    case 'bar':
      return (
        <div className="card-row" data-tip={part.tip}>
          <span>{part.label}</span>
          {part.share === null ? <span className="card-fill" /> : <Bar share={part.share} />}
          <span className="card-value">{part.text}</span>
        </div>
      );
    case 'ratio':
      return (
        <div className="card-row is-ratio" data-tip={part.tip}>
          <span>{part.label}</span>
          <Bar share={part.share} />
          <span className="card-value">{part.text}</span>
        </div>
      );
    case 'lanes':
      return (
        <div className={part.lanes.some(({ name }) => name.length > 3) ? 'card-lanes is-named' : 'card-lanes'}>
          {part.lanes.map((lane, i) => (
            <LaneRow key={i} lane={lane} />
          ))}
        </div>
      );
    case 'targets':
      return (
        <div className="card-row is-targets">
          <span>{part.label}</span>
          {part.targets.map((target, i) => (
            <TargetMark key={i} target={target} />
          ))}
          {part.targets.length === 0 && <span className="card-value">{part.more || 'none yet'}</span>}
        </div>
      );
    case 'members':
      return <MemberRows part={part} />;
    case 'words':
      return <div className="card-words">{part.text}</div>;
  }
});

/** So few slots leave room for their number. */
const FEW = 10;
const PER_ROW = 16;
const PITCH = 10.2;
const CELL = 8.2;

/** Two paths for all slots, however many: hundreds of elements would cost more than everything else on the card. */
function Cells({ busy, total, tip }: { busy: number; total: number; tip: string }) {
  const rows = Math.ceil(total / PER_ROW);
  const width = PITCH * Math.min(total, PER_ROW);
  const height = 11 * rows - 1;
  return (
    <div className={total <= FEW ? 'card-cells is-few' : 'card-cells'} data-tip={tip}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <path className="card-cell" d={cellPath(busy, total)} />
        <path className="card-cell is-busy" d={cellPath(0, busy)} />
      </svg>
      {total <= FEW && (
        <span className="card-value">
          {busy} of {total}
        </span>
      )}
    </div>
  );
}

const paths = new Map<string, string>();

/** Rounded squares from one slot to another. */
function cellPath(from: number, to: number): string {
  const key = `${from} ${to}`;
  let path = paths.get(key);
  if (path === undefined) {
    path = '';
    for (let i = from; i < to; i++) {
      const x = ((i % PER_ROW) * PITCH + 0.5).toFixed(1);
      const y = Math.floor(i / PER_ROW) * 11 + 0.5;
      const side = CELL - 4;
      path += `M${x} ${y + 2}a2 2 0 0 1 2-2h${side.toFixed(1)}a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-${side.toFixed(1)}a2 2 0 0 1-2-2z`;
    }
    paths.set(key, path);
  }
  return path;
}

function Bar({ share }: { share: number }) {
  return (
    <span className="card-bar">
      <i style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}

function LaneRow({ lane }: { lane: Lane }) {
  return (
    <div
      className="card-lane"
      data-tip={lane.tip}
      style={lane.shares.length > 2 ? { height: lane.shares.length * 5 + 2 } : undefined}
    >
      <span>{lane.name}</span>
      {(lane.note || lane.troubled) && (
        <span className={lane.troubled ? 'card-lane-note is-troubled' : 'card-lane-note'}>{lane.note || '!'}</span>
      )}
      <span className="card-lane-bars">
        {lane.shares.length === 0 && <Bar share={0} />}
        {lane.shares.map((share, group) => (
          <Bar key={group} share={share} />
        ))}
      </span>
      <span className="card-value">{lane.text}</span>
    </div>
  );
}

function TargetMark({ target }: { target: Target }) {
  return (
    <span className="card-target" data-tip={target.name}>
      <HealthMark health={target.health} size={9} />
      {target.short && <span className="card-target-name">{target.short}</span>}
    </span>
  );
}
