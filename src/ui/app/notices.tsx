import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { dismissNotice, type Notice } from '../../store/view-store';
import { useView } from '../hooks/use-stores';
import { IconButton } from '../shared/icon-button';
import './notices.css';

/** Long enough to be read twice. */
const INFO_MS = 7_000;
const WITH_ACTION_MS = 12_000;

/** What the app has to tell: information politely and for a while, problems at once and until they are dismissed. */
export function Notices() {
  const notices = useView((view) => view.notices);
  const of = (tone: Notice['tone']) => notices.filter((notice) => notice.tone === tone);
  return (
    <div className="notices">
      <div role="alert" className="notice-list">
        {of('problem').map((notice) => (
          <NoticeCard key={notice.id} notice={notice} />
        ))}
      </div>
      <div role="status" className="notice-list">
        {of('info').map((notice) => (
          <NoticeCard key={notice.id} notice={notice} />
        ))}
      </div>
    </div>
  );
}

function NoticeCard({ notice }: { notice: Notice }) {
  const { id, tone, text, action } = notice;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (tone === 'problem' || held) return;
    const timer = setTimeout(() => dismissNotice(id), action ? WITH_ACTION_MS : INFO_MS);
    return () => clearTimeout(timer);
  }, [id, tone, held, action]);
  return (
    <div
      className={`notice is-${tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p>{text}</p>
      {action && (
        <button
          type="button"
          className="button"
          onClick={() => {
            dismissNotice(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <IconButton icon={X} label="Dismiss" size={15} onClick={() => dismissNotice(id)} />
    </div>
  );
}
