// The one place where the Content-Security-Policy is written: vite.config.ts puts it into the pages, serve.mjs into
// the response headers (a worker obeys the header of its own script, not the page's meta element).

const directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'worker-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'frame-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'object-src': "'none'",
  'require-trusted-types-for': "'script'",
  // The worker's address is the only script address the page ever computes; it passes through this policy.
  'trusted-types': 'app-worker',
};

export const contentSecurityPolicy = Object.entries(directives)
  .map(([directive, sources]) => `${directive} ${sources}`)
  .join('; ');
