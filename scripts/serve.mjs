// Serves the built site from dist/ on this computer only. No dependencies.
//   node scripts/serve.mjs [--port 4173] [--strict-port]
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contentSecurityPolicy } from './content-security-policy.mjs';

const root = resolve(fileURLToPath(new URL('../dist', import.meta.url)));
const host = '127.0.0.1';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

const notFoundPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not found</title>
<h1>Not found</h1><p>There is no such page. <a href="/">Open Backpressure</a>.</p></html>`;

/** The file below dist/ that a request path names, or undefined: no way out of dist/, no hidden files. */
async function fileFor(requestPath) {
  let path;
  try {
    path = decodeURIComponent(requestPath);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\') || path.split('/').some((part) => part.startsWith('.')))
    return undefined;
  const file = resolve(join(root, path.endsWith('/') ? `${path}index.html` : path));
  if (!file.startsWith(root + sep)) return undefined;
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? { file, size: found.size } : undefined;
}

async function respond(request, response) {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');

  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }

  const path = request.url.replace(/[?#].*$/, '');
  const found = await fileFor(path);
  if (!found) {
    response.writeHead(404, { 'Content-Type': types['.html'], 'Cache-Control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : notFoundPage);
    return;
  }

  response.writeHead(200, {
    'Content-Type': types[extname(found.file)] ?? 'application/octet-stream',
    'Content-Length': found.size,
    // The names of files in assets/ contain a hash of their content.
    'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else pipeline(createReadStream(found.file), response, () => {});
}

/** Listens on `port`, or on the next free one unless `strict`; resolves to the address. */
export function serve({ port, strict = false }) {
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  return new Promise((done, fail) => {
    let next = port;
    server.on('error', (error) => {
      if (error.code === 'EADDRINUSE' && !strict && next < port + 50) server.listen(++next, host);
      else fail(error);
    });
    server.on('listening', () => done(`http://localhost:${server.address().port}/`));
    server.listen(next, host);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4173' }, 'strict-port': { type: 'boolean', default: false } },
  });
  if (!(await stat(join(root, 'index.html')).catch(() => undefined))) {
    console.error('There is no built site in dist/. Run `npm run build` first, or `npm start`, which does both.');
    process.exit(1);
  }
  try {
    console.log(`Backpressure is at ${await serve({ port: Number(values.port), strict: values['strict-port'] })}`);
  } catch (error) {
    console.error(`Cannot serve: ${error.message}`);
    process.exit(1);
  }
}
