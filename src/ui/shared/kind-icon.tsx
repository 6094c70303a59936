import { findKind } from '../../kinds/registry';
import { placeEntry } from './placeable';

/** The icon of a kind or of a sort of place, drawn as a line in the current colour. Decorative: the name stands beside it. */
export function KindIcon({ kind, size = 18 }: { kind: string; size?: number }) {
  return (
    <svg
      className="kind-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={findKind(kind)?.icon ?? placeEntry(kind)?.icon ?? 'M4 4h16v16H4z'} />
    </svg>
  );
}
