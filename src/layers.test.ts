// The layer rule as an executable test: who may import whom, and which third-party package may be used where.
//
//   model ← engine ← kinds ← format, analysis, lessons ← validation ← worker, cli ← store ← ui ← main
//
// A file imports from a lower layer or from its own folder; never sideways, never up, types included. That is what lets
// the same engine run in the page, in the worker and on the command line, and lets a layer be understood alone.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const layers: Readonly<Record<string, number>> = {
  model: 0,
  engine: 1,
  kinds: 2,
  format: 3,
  analysis: 3,
  lessons: 3,
  validation: 4,
  worker: 5,
  cli: 5,
  store: 6,
  ui: 7,
  main: 8,
};

/** Where each third-party package may be imported. A package that is not listed may be imported nowhere. */
const walls: readonly (readonly [name: string, places: readonly string[], why: string])[] = [
  ['react', ['ui', 'main'], 'the core must run without its view'],
  ['react-dom', ['ui', 'main'], 'the core must run without its view'],
  ['@base-ui/react', ['ui'], 'the core must run without its view'],
  ['lucide-react', ['ui'], 'the core must run without its view; kinds carry their icons as path data'],
  ['@fontsource-variable/inter', ['ui', 'main'], 'the core must run without its view'],
  ['@xyflow/react', ['ui/canvas'], 'the canvas library is a skin over the document, never its source of truth'],
  ['@dagrejs/dagre', ['ui/canvas'], 'layout is loaded on demand, for the canvas alone'],
  ['uplot', ['ui/charts'], 'one place draws charts, so that each of them has its data table and its colours'],
  ['recharts', ['ui/charts'], 'one place draws charts, so that each of them has its data table and its colours'],
  ['mermaid', ['ui/mermaid'], 'it reads untrusted text and cannot run under Trusted Types: one sandboxed place'],
  ['comlink', ['worker'], 'the worker layer hides how its threads talk'],
  ['zustand', ['store', 'ui/hooks'], 'components read the state through the hooks'],
  ['fflate', ['format'], 'untrusted input is unpacked and checked in one place'],
  ['zod', ['format'], 'untrusted input is unpacked and checked in one place'],
];

const testOnlyPackages = ['vitest', 'fast-check', 'eslint', 'typescript', 'typescript-eslint'];

interface Place {
  /** Folder below src, or `main` for the files in src itself. */
  readonly layer: string;
  /** For `kinds/<id>/…` the id. */
  readonly kind: string | undefined;
  readonly isTest: boolean;
}

function placeOf(path: string): Place {
  const [layer, ...rest] = path.replace(/^src\//, '').split('/');
  return {
    layer: rest.length === 0 ? 'main' : layer,
    kind: layer === 'kinds' && rest.length > 1 ? rest[0] : undefined,
    isTest: /\.test\.tsx?$/.test(path),
  };
}

/** Every address that `source` imports, re-exports, loads on demand, globs or starts as a worker. */
function importsOf(source: string): string[] {
  const plain = ts.preProcessFile(source, true, true).importedFiles.map((file) => file.fileName);
  const byAddress = source.matchAll(/\bnew\s+URL\(\s*(['"`])([^'"`]+)\1\s*,\s*import\.meta\.url/g);
  const globs = source.matchAll(/\bimport\.meta\.glob(?:<[^(]*>)?\(\s*\[?\s*(['"`])([^'"`]+)\1/g);
  return [...plain, ...[...byAddress, ...globs].map((match) => match[2])].map((address) =>
    address.replace(/\?.*$/, ''),
  );
}

/** Why the file at `path` (such as `src/engine/random.ts`) may not import `address`; undefined if it may. */
function violation(path: string, address: string): string | undefined {
  const from = placeOf(path);
  if (!(from.layer in layers)) {
    return `${path}: src/${from.layer} is not in the table of layers, so nobody knows what it may import. Add it there.`;
  }
  return address.startsWith('.') || address.startsWith('/')
    ? projectViolation(path, from, address)
    : packageViolation(path, from, address);
}

function projectViolation(path: string, from: Place, address: string): string | undefined {
  const target = posix.normalize(address.startsWith('/') ? address.slice(1) : posix.join(posix.dirname(path), address));
  const says = `${path} imports ${target}`;

  if (!target.startsWith('src/')) {
    if (from.isTest || (target.startsWith('scenarios/') && layers[from.layer] > layers.kinds)) return undefined;
    return `${says}: outside src only scenarios/ may be imported, and only by layers above kinds, which must not depend on data.`;
  }

  const to = placeOf(target);
  if (!(to.layer in layers)) return `${says}: src/${to.layer} is not in the table of layers. Add it there.`;

  const isRegistry = (file: string) => /^src\/kinds\/(registry|behaviours)(\.ts)?$/.test(file);
  if (!from.isTest && from.kind !== undefined && isRegistry(target)) {
    return `${says}: the registry knows every kind, so a kind that imports it knows all others.`;
  }
  const entersKind = to.kind !== undefined && to.kind !== from.kind;
  if (!from.isTest && entersKind && !isRegistry(path)) {
    return from.kind === undefined
      ? `${says}: only src/kinds/registry.ts and behaviours.ts name single kinds, so that adding one touches nothing else.`
      : `${says}: a kind must not know another kind, or removing one breaks the other. Move what they share into src/kinds or src/engine.`;
  }

  if (from.layer === to.layer) return undefined;
  // The bench times what the worker records of a run for the page.
  if (path === 'src/cli/bench-measure.ts' && to.layer === 'worker') return undefined;
  const [own, other] = [layers[from.layer], layers[to.layer]];
  if (other < own) return undefined;
  return other === own
    ? `${says}: ${from.layer} and ${to.layer} are in the same layer (${own}) and must not know each other, types included. Move what they share down.`
    : `${says}: ${from.layer} (layer ${own}) must not know ${to.layer} (layer ${other}) above it, types included. Move what it needs down, or let the upper layer pass it in.`;
}

function packageViolation(path: string, from: Place, address: string): string | undefined {
  const name = address
    .split('/')
    .slice(0, address.startsWith('@') ? 2 : 1)
    .join('/');
  const says = `${path} imports ${address}`;

  const isNode = address.startsWith('node:') || builtinModules.includes(name);
  if (from.isTest && (isNode || testOnlyPackages.includes(name))) return undefined;
  if (isNode) {
    return from.layer === 'cli'
      ? undefined
      : `${says}: only cli and tests run in Node, the rest also runs in a browser.`;
  }
  if (testOnlyPackages.includes(name)) return `${says}: this package is for *.test.ts files only.`;

  if (layers[from.layer] <= layers.kinds) {
    return `${says}: model, engine and kinds depend on no package, so that a run can never change with an update.`;
  }
  const wall = walls.find(([wallName]) => wallName === name);
  if (!wall) return `${says}: no wall is named for ${name}. Say in src/layers.test.ts where it may be used and why.`;

  const [, places, why] = wall;
  const folder = posix.dirname(path).replace(/^src\/?/, '') || 'main';
  if (places.some((place) => folder === place || folder.startsWith(`${place}/`))) return undefined;
  return `${says}: ${name} may be used only in ${places.join(' and ')}: ${why}.`;
}

function violationsIn(path: string, source: string): string[] {
  return importsOf(source).flatMap((address) => violation(path, address) ?? []);
}

describe('the source tree', () => {
  it('keeps the layer rule', () => {
    const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .map((path) => `src/${path.replaceAll('\\', '/')}`)
      .filter((path) => /\.tsx?$/.test(path) && path !== 'src/layers.test.ts');
    expect(paths.flatMap((path) => violationsIn(path, readFileSync(path, 'utf8'))).join('\n')).toBe('');
  });
});

describe('random tests', () => {
  it('take their seed from vite.config.ts, so that nobody’s test fails by chance', () => {
    const paths = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.test\.tsx?$/.test(path),
    );
    const random = paths.filter((path) => /^import fc /m.test(readFileSync(`src/${path}`, 'utf8')));
    expect(random.length).toBeGreaterThan(5);
    const unseeded = random.filter(
      (path) => !readFileSync(`src/${path}`, 'utf8').includes("fc.configureGlobal({ seed: inject('seed') });"),
    );
    expect(unseeded).toEqual([]);
  });
});

describe('the rule', () => {
  it.each<[path: string, source: string, why: string]>([
    // Up, sideways, in every syntax.
    ['src/model/a.ts', "import { x } from '../engine/b';", 'model (layer 0) must not know engine (layer 1)'],
    ['src/engine/a.ts', "import type { X } from '../kinds/kind';", 'types included'],
    ['src/engine/a.ts', "import { type X } from '../kinds/kind';", 'must not know kinds'],
    ['src/engine/a.ts', "export * from '../store/run-store';", 'must not know store'],
    ['src/engine/a.ts', "export type { X } from '../store/run-store';", 'must not know store'],
    ['src/engine/a.ts', "type X = import('../ui/app').X;", 'must not know ui'],
    ['src/store/a.ts', "const lazy = () => import('../ui/charts/chart');", 'must not know ui'],
    ['src/store/a.ts', "new Worker(new URL('../ui/x.worker.ts', import.meta.url));", 'must not know ui'],
    ['src/store/a.ts', "import.meta.glob('../ui/*.ts');", 'must not know ui'],
    ['src/cli/main.ts', "import url from '../worker/sim.worker?worker&url';", 'same layer (5)'],
    ['src/lessons/a.ts', "import '../format/link';", 'same layer (3)'],
    ['src/engine/testing/a.ts', "import '../../kinds/kind';", 'must not know kinds'],
    ['src/engine/a.test.ts', "import '../kinds/kind';", 'must not know kinds'],
    ['src/ui/app.tsx', "import '../main';", 'must not know main'],
    // Kinds among themselves.
    ['src/kinds/redis/redis.ts', "import '../kafka/kafka';", 'a kind must not know another kind'],
    ['src/kinds/redis/redis.ts', "import { kinds } from '../registry';", 'a kind that imports it knows all others'],
    ['src/kinds/kind.ts', "import './redis/redis';", 'only src/kinds/registry.ts and behaviours.ts name single kinds'],
    [
      'src/ui/inspector/a.tsx',
      "import '../../kinds/redis/redis';",
      'only src/kinds/registry.ts and behaviours.ts name single kinds',
    ],
    // Places nobody has described.
    ['src/helpers/a.ts', "import '../model/units';", 'src/helpers is not in the table'],
    ['src/ui/a.ts', "import '../helpers/a';", 'src/helpers is not in the table'],
    ['src/kinds/redis/redis.ts', "import '../../../scenarios/a.json';", 'must not depend on data'],
    ['src/ui/a.ts', "import '../../package.json';", 'outside src only scenarios/'],
    // Packages.
    ['src/model/a.ts', "import { z } from 'zod/mini';", 'depend on no package'],
    ['src/engine/a.ts', "import type { FC } from 'react';", 'depend on no package'],
    ['src/engine/a.ts', "import { readFileSync } from 'node:fs';", 'only cli and tests run in Node'],
    ['src/worker/a.ts', "import { readFileSync } from 'fs';", 'only cli and tests run in Node'],
    ['src/engine/testing/a.ts', "import { expect } from 'vitest';", '*.test.ts files only'],
    ['src/store/a.ts', "import { useState } from 'react';", 'only in ui and main'],
    ['src/ui/palette/a.tsx', "import { useReactFlow } from '@xyflow/react';", 'only in ui/canvas'],
    ['src/ui/canvas-extras/a.tsx', "import '@xyflow/react/dist/style.css';", 'only in ui/canvas'],
    ['src/ui/app/a.tsx', "import uPlot from 'uplot';", 'only in ui/charts'],
    ['src/ui/app/a.tsx', "const lazy = () => import('recharts');", 'only in ui/charts'],
    ['src/ui/app/a.tsx', "const lazy = () => import('mermaid');", 'only in ui/mermaid'],
    ['src/store/a.ts', "import { wrap } from 'comlink';", 'only in worker'],
    ['src/ui/canvas/a.ts', "import { useStore } from 'zustand';", 'only in store and ui/hooks'],
    ['src/worker/a.ts', "import { inflateSync } from 'fflate';", 'only in format'],
    ['src/cli/a.ts', "import * as z from 'zod';", 'only in format'],
    ['src/ui/a.ts', "import _ from 'lodash';", 'no wall is named for lodash'],
  ])('%s may not say: %s', (path, source, why) => {
    const found = violationsIn(path, source);
    expect(found).toEqual([expect.stringContaining(why)]);
    expect(found[0]).toContain(path);
  });

  it.each<[path: string, source: string]>([
    ['src/engine/a.ts', "import type { Micros } from '../model/units'; import './b'; import './resources/pool';"],
    ['src/kinds/redis/redis.ts', "import '../kind'; import './keys'; import '../../engine/context';"],
    ['src/kinds/behaviours.ts', "import { Redis } from './redis/redis-behaviour';"],
    ['src/kinds/registry.ts', "import { redis } from './redis/redis'; import { kafka } from './kafka/kafka';"],
    [
      'src/kinds/redis/redis.test.ts',
      "import '../registry'; import '../service/service'; import { it } from 'vitest';",
    ],
    ['src/engine/a.property.test.ts', "import fc from 'fast-check'; import { readFileSync } from 'node:fs';"],
    [
      'src/format/link.ts',
      "import { Inflate } from 'fflate'; import * as z from 'zod/mini'; import '../kinds/registry';",
    ],
    ['src/worker/client.ts', "import { wrap } from 'comlink'; import url from './sim.worker?worker&url';"],
    ['src/cli/main.ts', "import { readFileSync } from 'node:fs'; import '../format/link';"],
    ['src/store/run-store.ts', "import { createStore } from 'zustand/vanilla'; import '../worker/client';"],
    ['src/ui/hooks/use-run.ts', "import { useStore } from 'zustand'; import { useState } from 'react';"],
    ['src/ui/canvas/nodes/a.tsx', "import { Handle } from '@xyflow/react'; import '@xyflow/react/dist/style.css';"],
    [
      'src/ui/app.tsx',
      "const charts = () => import('./charts/chart'); import.meta.glob('../../scenarios/starters/*.json');",
    ],
    ['src/main.tsx', "import { createRoot } from 'react-dom/client'; import { App } from './ui/app';"],
    ['src/model/a.ts', "// import '../engine/b';\nexport const text = 'import from react';"],
  ])('%s may say: %s', (path, source) => {
    expect(violationsIn(path, source)).toEqual([]);
  });
});
