/** Where the time of a definition's instances goes. */
import { z } from 'zod';
import { readAnalytics } from '../../../process/engine/analytics.ts';
import { type Route, route } from '../route.ts';
import { analyticsAnswer, analyticsView } from '../views/analytics-view.ts';
import { instant, text } from '../wire-schema.ts';

const analytics = route({
  method: 'GET',
  path: '/api/v1/definitions/:key/analytics',
  audience: 'readers',
  area: 'Definitions',
  summary:
    'Tells where the time of instances goes: how often each step was begun and ended, how, and how long it took.',
  errors: ['process.unknown-definition'],
  params: z.strictObject({ key: text(100) }),
  query: z.strictObject({
    version: z.coerce.number().int().min(1).max(1_000_000_000).describe('Default: all versions.').exactOptional(),
    from: instant.describe('Of this day, UTC, and later.').exactOptional(),
    to: instant.describe('Of this day, UTC, and earlier.').exactOptional(),
  }),
  answer: { status: 200, schema: analyticsAnswer },
  run: async ({ params: { key }, query: { version, from, to }, services: { store, process } }) => {
    const { definitions } = process;
    return analyticsView(await readAnalytics({ store, definitions }, { key, version, from, to }), version);
  },
});

export const analyticsRoutes: readonly Route[] = [analytics];
