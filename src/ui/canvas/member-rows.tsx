import type { MemberShape } from '../../model/face';
import type { Member, MembersPart } from './card-members';
import './member-rows.css';

const PITCH = 9;
const CELL = 7;

/** One row for each node of a cluster: its role by shape, its side, its lane and a number. */
export function MemberRows({ part }: { part: MembersPart }) {
  return (
    <div className="card-members">
      <div className="card-member is-caption" data-tip={part.about || undefined}>
        <span>{part.caption}</span>
        <span className="card-value">{part.number}</span>
      </div>
      {part.members.map((member) => (
        <div key={member.name} className={`card-member is-${member.shape}`} data-tip={member.tip}>
          <RoleMark shape={member.shape} />
          <span>{member.name}</span>
          {member.side && <b>{member.side}</b>}
          {member.word && <span className="member-word">{member.word}</span>}
          {part.cells > 0 && !member.word && <Lane member={member} cells={part.cells} />}
          <span className="card-value">{member.text}</span>
        </div>
      ))}
    </div>
  );
}

/** Filled: settled. Outlined: agrees, not settled. Crossed: differs. */
function Lane({ member: { settled, agreeing, differing }, cells }: { member: Member; cells: number }) {
  const width = cells * PITCH;
  const agreed = settled + agreeing;
  return (
    <svg
      className="member-lane"
      width={width}
      height={9}
      viewBox={`0 0 ${width} 9`}
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
    >
      <path className="member-floor" d={`M0 8.5H${width}`} />
      <path className="member-cell is-settled" d={squares(0, settled)} />
      <path className="member-cell" d={squares(settled, agreed)} />
      <path className="member-cell is-differing" d={crosses(agreed, agreed + differing)} />
    </svg>
  );
}

function squares(from: number, to: number): string {
  let path = '';
  for (let i = from; i < to; i++) path += `M${i * PITCH + 0.5} 0.5h${CELL - 1}v${CELL - 1}h-${CELL - 1}z`;
  return path;
}

function crosses(from: number, to: number): string {
  let path = squares(from, to);
  for (let i = from; i < to; i++) {
    const x = i * PITCH;
    path += `M${x + 1.5} 1.5l4 4M${x + 5.5} 1.5l-4 4`;
  }
  return path;
}

function RoleMark({ shape }: { shape: MemberShape }) {
  return (
    <svg className="member-role" width={11} height={11} viewBox="0 0 10 10" aria-hidden="true">
      {shape === 'round' && <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.6" />}
      {shape === 'dashed' && (
        <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.4 1.6" />
      )}
      {shape === 'filled' && <path d="M0.5 9.5V2.5L3 5 5 0.8 7 5 9.5 2.5V9.5z" fill="currentColor" />}
      {shape === 'cross' && <path d="M1 1 9 9M9 1 1 9" stroke="currentColor" strokeWidth="2.2" />}
      {shape === 'pause' && <path d="M2.8 1v8M7.2 1v8" stroke="currentColor" strokeWidth="2.2" />}
    </svg>
  );
}
