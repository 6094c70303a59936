import { Plus } from 'lucide-react';
import { useState } from 'react';
import { CATEGORIES } from '../../kinds/kind';
import { KINDS } from '../../kinds/registry';
import { PLACE_ENTRIES, PLACE_GROUP } from '../shared/placeable';

/** Chooses a kind or a sort of place and adds it: the palette without a canvas. */
export function AddComponent({ onAdd }: { onAdd(kind: string): void }) {
  const [kind, setKind] = useState(KINDS[0]?.id ?? '');
  return (
    <div className="outline-add">
      <label htmlFor="outline-kind">Add</label>
      <select
        id="outline-kind"
        className="text-input"
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value)}
      >
        {CATEGORIES.map((category) => (
          <optgroup key={category} label={category}>
            {KINDS.filter((other) => other.category === category).map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </optgroup>
        ))}
        <optgroup label={PLACE_GROUP}>
          {PLACE_ENTRIES.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </optgroup>
      </select>
      <button type="button" className="button" onClick={() => onAdd(kind)}>
        <Plus size={16} aria-hidden="true" />
        Add
      </button>
    </div>
  );
}
