import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { endGesture, removeParts } from '../../store/document-store';
import { openDialog, select } from '../../store/view-store';
import { IconButton } from '../shared/icon-button';

interface OutlineTableProps {
  caption: string;
  /** Titles of the columns; those of numbers stand on the right. */
  columns: readonly { readonly title: string; readonly number?: boolean }[];
  /** Its rows. The last cell of each is `OutlineActions`. */
  children: ReactNode;
}

/** One of the tables of the outline. */
export function OutlineTable({ caption, columns, children }: OutlineTableProps) {
  return (
    <div className="outline-scroll">
      <table className="outline-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, number }) => (
              <th key={title} scope="col" className={number ? 'is-number' : undefined}>
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A name that is edited in its cell. */
export function OutlineName({ label, onRename }: { label: string; onRename(name: string): void }) {
  return (
    <td>
      <input
        className="text-input outline-name"
        aria-label={`Name of ${label}`}
        value={label}
        maxLength={60}
        onChange={(event) => onRename(event.currentTarget.value)}
        onBlur={endGesture}
      />
    </td>
  );
}

/** What can be done with a row. */
export function OutlineActions({ id, name }: { id: string; name: string }) {
  return (
    <td className="outline-actions">
      <button
        type="button"
        className="button is-quiet"
        aria-label={`Select ${name} and show it in the inspector`}
        onClick={() => {
          select([id]);
          openDialog(null);
        }}
      >
        Select
      </button>
      <IconButton icon={Trash2} size={16} label={`Delete ${name}`} onClick={() => removeParts(new Set([id]))} />
    </td>
  );
}
