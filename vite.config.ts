import react from '@vitejs/plugin-react';
import { type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { contentSecurityPolicy } from './scripts/content-security-policy.mjs';
import { shapesOfKinds } from './scripts/shapes-of-kinds.mjs';

/** The policy travels inside the page, because a static host may not let us set headers. */
function contentSecurityPolicyMeta(): Plugin {
  return {
    name: 'content-security-policy-meta',
    // The development server injects inline scripts and styles, so only the built site carries the policy.
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly seed: number;
  }
}

export default defineConfig({
  // Relative addresses: the built site works in any folder of any host.
  base: './',
  plugins: [react(), contentSecurityPolicyMeta(), shapesOfKinds()],
  build: {
    target: 'es2022',
    // Nothing becomes a data: URL, which the policy would block for scripts and fonts.
    assetsInlineLimit: 0,
    // Read by scripts/bundle-budget.mjs.
    manifest: true,
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
    // Generous, because no unit test measures time and machines differ.
    testTimeout: 120_000,
    // Modules keep no state between runs (a simulation would not be repeatable if they did), so files may share them:
    // half of the time went into loading the same modules for every file.
    isolate: false,
    // Of all random tests: the same everywhere, so that nobody's test fails by chance. PROPERTY_SEED tries others.
    provide: { seed: Number(process.env.PROPERTY_SEED ?? 1) },
  },
});
