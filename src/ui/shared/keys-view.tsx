import { keyCaps } from '../commands/keys';

/** A shortcut as key caps. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="keys">
      {keyCaps(keys).map((cap) => (
        <kbd className="key" key={cap}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}
