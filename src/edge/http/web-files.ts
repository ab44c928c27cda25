/** The user interface: its built files at the root; every address it knows by itself gets its one page. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const YEAR_SECONDS = 31_536_000;

/** Answers the page for addresses of the user interface; undefined when there is none or the address is not one of them. */
export type WebPage = (request: FastifyRequest) => string | undefined;

export async function serveWebFiles(server: FastifyInstance, webRoot: string | undefined): Promise<WebPage> {
  const file = webRoot === undefined ? undefined : join(webRoot, 'index.html');
  if (webRoot === undefined || file === undefined || !existsSync(file)) return () => undefined;
  const page = readFileSync(file, 'utf8');
  await server.register(fastifyStatic, {
    root: webRoot,
    wildcard: false,
    index: false,
    // Files in assets carry a hash of their content in their name.
    setHeaders: (reply, path) =>
      void reply.header(
        'cache-control',
        /[/\\]assets[/\\]/.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
      ),
    cacheControl: false,
  });
  return ({ method, url, headers }) => {
    const path = url.split('?')[0] ?? '/';
    const isPage = (method === 'GET' || method === 'HEAD') && !/^\/(api|assets)(\/|$)/.test(path);
    return isPage && (path === '/' || (headers.accept ?? '').includes('text/html')) ? page : undefined;
  };
}
