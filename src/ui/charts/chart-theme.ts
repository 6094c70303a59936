/** Colours and type for drawing on a canvas, read from the tokens in force. */
export interface ChartTheme {
  color(token: string): string;
  /** The colour, nearly transparent. */
  wash(token: string): string;
  /** The same on the panel's ground, opaque. */
  tint(token: string): string;
  readonly font: string;
  /** Size of axis labels in CSS pixels. */
  readonly size: number;
}

export function readTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const size = Math.max(11, Math.round(parseFloat(style.fontSize) * 0.85));
  const color = (token: string): string => style.getPropertyValue(token).trim() || '#888888';
  const ground = hexParts(color('--panel'));
  return {
    color,
    tint: (token) => {
      const parts = hexParts(color(token));
      if (!parts || !ground) return `color-mix(in srgb, ${color(token)} 17%, ${color('--panel')})`;
      return `rgb(${parts.map((part, i) => Math.round(part * 0.17 + ground[i]! * 0.83)).join(' ')})`;
    },
    wash: (token) => {
      const value = color(token);
      return /^#[0-9a-f]{6}$/i.test(value) ? `${value}2b` : `color-mix(in srgb, ${value} 17%, transparent)`;
    },
    font: `${size}px ${style.fontFamily}`,
    size,
  };
}

function hexParts(color: string): number[] | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  return match ? match.slice(1).map((digits) => parseInt(digits, 16)) : null;
}

/** Calls back when another theme comes into force. Returns how to stop. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}
