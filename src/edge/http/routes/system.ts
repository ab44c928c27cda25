/** What machines ask a server about itself: is it alive, is it ready, how is it, what can it do. */
import { z } from 'zod';
import type { Health } from '../../../client/wire.ts';
import { OPEN_METRICS_TYPE } from '../../../kernel/metrics.ts';
import type { Services } from '../../services.ts';
import { docsPage } from '../docs-page.ts';
import { type OpenApi, openApiOf } from '../openapi.ts';
import { type Route, rawRoute, route } from '../route.ts';
import { isoTime, time } from '../wire-schema.ts';
import { asyncApiRoute } from './asyncapi.ts';

const area = 'Server';
const TEXT = 'text/plain; charset=utf-8';
const VERDICTS = ['pass', 'degraded', 'fail'] as const;

const livez = route({
  method: 'GET',
  path: '/livez',
  audience: 'public',
  area,
  summary: 'Answers while the process runs.',
  answer: { status: 200, type: TEXT },
  run: () => 'ok\n',
});

const readyz = rawRoute({
  method: 'GET',
  path: '/readyz',
  audience: 'public',
  area,
  summary: 'Answers 200 while the server takes work, else 503.',
  answer: { status: 200, type: TEXT },
  reply: async ({ services }, { reply }) => {
    const isReady = services.ready();
    return reply
      .status(isReady ? 200 : 503)
      .type(TEXT)
      .send(isReady ? 'ready\n' : 'not ready\n');
  },
});

const metrics = route({
  method: 'GET',
  path: '/metrics',
  audience: 'readers',
  area,
  summary: 'Every metric as OpenMetrics text.',
  answer: { status: 200, type: OPEN_METRICS_TYPE },
  run: ({ services }) => services.metrics.text(),
});

const health = route({
  method: 'GET',
  path: '/api/v1/health',
  audience: 'readers',
  area,
  summary: 'Shows the last verdict of every check, with its age.',
  answer: {
    status: 200,
    schema: z.strictObject({
      verdict: z.enum(VERDICTS),
      checks: z.array(
        z.strictObject({
          path: z.string(),
          purpose: z.string(),
          verdict: z.enum(VERDICTS),
          reason: z.string(),
          at: time,
          ageMs: z.int(),
        }),
      ),
    }) satisfies z.ZodType<Health>,
  },
  run: ({ services }) => healthOf(services),
});

/** The worst verdict is the whole one's; without checks being ready is all that is known. */
function healthOf({ health: read, ready, clock }: Services): Health {
  const now = clock.now();
  const checks = (read?.() ?? []).map(({ at, ...check }) => ({
    ...check,
    at: isoTime(at),
    ageMs: Math.max(0, now - at),
  }));
  const worst = checks.reduce((found, { verdict }) => Math.max(found, VERDICTS.indexOf(verdict)), ready() ? 0 : 2);
  return { verdict: VERDICTS[worst] ?? 'fail', checks };
}

/** The routes that describe the others. */
export function documentationRoutes(described: readonly Route[], version: string): readonly Route[] {
  const openapi = route({
    method: 'GET',
    path: '/openapi.json',
    audience: 'signed-in',
    area,
    summary: 'This API as OpenAPI 3.1.',
    answer: { status: 200, schema: z.looseObject({ openapi: z.string() }) },
    run: () => document(),
  });
  const docs = route({
    method: 'GET',
    path: '/docs',
    audience: 'signed-in',
    area,
    summary: 'This API as a page to read.',
    answer: { status: 200, type: 'text/html; charset=utf-8' },
    run: () => text(),
  });
  const asyncapi = asyncApiRoute(area, version);
  const document = once((): OpenApi => openApiOf([...described, openapi, asyncapi, docs], version));
  const text = once(() => docsPage(document()));
  return [openapi, asyncapi, docs];
}

/** Made when it is first asked for, so that the start does not pay for it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export const systemRoutes: readonly Route[] = [livez, readyz, metrics, health];
