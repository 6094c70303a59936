import type { ReactNode } from 'react';

export interface Figure {
  readonly label: string;
  readonly value: string;
  /** What tools call it. */
  readonly realName?: string | undefined;
  readonly help?: string;
  /** Shown in the colour of failures. */
  readonly bad?: boolean;
}

/** Names and present values, one under the other. */
export function Figures({ figures, children }: { figures: readonly Figure[]; children?: ReactNode }) {
  return (
    <dl className="figures">
      {figures.map(({ label, value, realName, help, bad }) => (
        <div key={label} className={bad ? 'figure is-bad' : 'figure'}>
          <dt data-tip={help} tabIndex={help === undefined ? undefined : 0}>
            {label}
            {realName !== undefined && <code>{realName}</code>}
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
      {children}
    </dl>
  );
}
