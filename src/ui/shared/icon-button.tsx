import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  icon: LucideIcon;
  /** Accessible name; also the tooltip unless `tip` says more. */
  label: string;
  tip?: string;
  /** Shortcut shown in the tooltip. */
  keys?: string | undefined;
  size?: number;
  /** Filled rather than drawn, for the signs of a player. */
  solid?: boolean;
}

export function IconButton({ icon: Icon, label, tip, keys, size = 17, solid, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={className ?? 'icon-button'}
      aria-label={label}
      data-tip={tip ?? label}
      data-tip-keys={keys}
      {...rest}
    >
      <Icon size={size} strokeWidth={1.9} fill={solid ? 'currentColor' : 'none'} aria-hidden="true" />
    </button>
  );
}
