import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Rollup } from 'vite';

/** Pages behind a port. */
export interface ServedPages {
  /** `http://127.0.0.1:PORT/`, where the app page is. */
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** A page of the same site that is not ours: where a person goes to and comes back from. */
const ELSEWHERE =
  '<!doctype html><html lang="en"><link rel="icon" href="data:," /><title>Elsewhere</title><h1>Elsewhere</h1></html>';

/**
 * Builds pages from their folders, as they are while they are developed (with Lit's own warnings), and serves them from
 * memory; `/elsewhere` is another page. The app page is at `/`; `others` are found under their names.
 */
export async function servePages(others: Readonly<Record<string, URL>> = {}): Promise<ServedPages> {
  const files = new Map<string, string | Uint8Array>([['/elsewhere', ELSEWHERE]]);
  const app = new URL('../../examples/messenger/', import.meta.url);
  for (const [name, folder] of Object.entries({ '': app, ...others })) {
    const base = name === '' ? '/' : `/${name}/`;
    for (const [path, content] of await built(fileURLToPath(folder), base)) files.set(path, content);
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const found = files.get(path.endsWith('/') ? `${path}index.html` : path);
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1)!] ?? 'text/html' });
    response.end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function built(root: string, base: string): Promise<[path: string, content: string | Uint8Array][]> {
  const output = (await build({
    configFile: false,
    root,
    base,
    mode: 'development',
    logLevel: 'error',
    resolve: { conditions: ['development', 'browser', 'module', 'import', 'default'] },
    build: { write: false, minify: false, target: 'es2022', modulePreload: false },
  })) as Rollup.RollupOutput;
  return output.output.map((file) => [
    `${base}${file.fileName}`,
    file.type === 'chunk' ? file.code : file.source,
  ]);
}
