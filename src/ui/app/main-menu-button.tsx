import { ChevronDown } from 'lucide-react';
import { lazy, useRef, useState } from 'react';
import { LazyPopup } from '../shared/lazy-popup';

const MainMenu = lazy(async () => ({ default: (await import('./main-menu')).MainMenu }));

/** The brand's sign: requests running into a full queue. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg
      className="brand-mark"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M3 6h10M3 12h6M3 18h10M20 5v14M16 9v6" />
    </svg>
  );
}

export function MainMenuButton() {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        ref={button}
        className="brand"
        aria-label="Backpressure: menu"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => {
          setAsked(true);
          setOpen(!open);
        }}
      >
        <BrandMark />
        <span className="brand-name">Backpressure</span>
        <ChevronDown className="brand-more" size={14} aria-hidden="true" />
      </button>
      {asked && (
        <LazyPopup>
          <MainMenu anchor={button} open={open} onOpenChange={setOpen} />
        </LazyPopup>
      )}
    </>
  );
}
