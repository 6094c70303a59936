/** Composition root: the only file that knows everybody. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { keepView } from './store/keep-view';
import { openFirst, startAutosave } from './store/library';
import { startSession } from './store/session';
import { App } from './ui/app/app';
import { keepEarlyKeys } from './ui/app/early-keys';
import { dressPage } from './ui/app/page-frame';
import '@fontsource-variable/inter';
import './ui/shared/tokens.css';
import './ui/shared/base.css';

keepEarlyKeys();
keepView();
dressPage();
startSession();
// The narrator catches up with what happened before it came.
void import('./store/narrator').then(({ startNarrator }) => startNarrator());
void openFirst().then(startAutosave);

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
