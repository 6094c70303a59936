/** What the page itself shows outside React: theme, colour of the browser's own bars, name of the tab. */
import { documentStore } from '../../store/document-store';
import { type Theme, viewStore } from '../../store/view-store';

const dark = matchMedia('(prefers-color-scheme: dark)');

function resolve(theme: Theme): 'light' | 'dark' | 'projector' {
  return theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
}

function dressTheme(): void {
  document.documentElement.dataset['theme'] = resolve(viewStore.getState().theme);
  const panel = getComputedStyle(document.documentElement).getPropertyValue('--panel').trim();
  if (panel === '') return;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) meta.content = panel;
}

function dressTitle(): void {
  document.title = `${documentStore.getState().scenario.title} · Backpressure`;
}

/** Dresses the page now and whenever something of it changes. Call once, before the first render. */
export function dressPage(): void {
  dressTheme();
  dressTitle();
  dark.addEventListener('change', dressTheme);
  viewStore.subscribe((state, before) => {
    if (state.theme !== before.theme) dressTheme();
  });
  documentStore.subscribe((state, before) => {
    if (state.scenario.title !== before.scenario.title) dressTitle();
  });
}
