/** The kinds of steps that definitions can use, with the form of what each takes. */
import { z } from 'zod';
import type { Module as WireModule } from '../../../client/wire-process.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { catalogueOf } from '../../../process/modules/catalogue.ts';
import type { Services } from '../../services.ts';
import { listPage, pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { text } from '../wire-schema.ts';

const area = 'Modules';

const moduleSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  type: z.string().describe('The `type` of its steps in definitions; "module": with `module` and `config`.'),
  doneBy: z.enum(['transition', 'job', 'person', 'event']),
  outcomes: z.array(z.string()),
  outcomesFrom: z.string().nullable().describe('The field of the configuration that names further outcomes.'),
  onLost: z.enum(['retry', 'hold']).nullable().describe('What becomes of a step whose worker was lost.'),
  config: z.record(z.string(), z.unknown()).describe('JSON Schema of the configuration.'),
}) satisfies z.ZodType<WireModule>;

const entries = ({ modules }: Services): WireModule[] =>
  catalogueOf(modules.values()).map((entry) => ({ ...entry, outcomes: [...entry.outcomes] }));

const list = route({
  method: 'GET',
  path: '/api/v1/modules',
  audience: 'readers',
  area,
  summary: 'Lists the kinds of steps that definitions can use, by name.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(moduleSchema) },
  run: ({ query, services }) => listPage(entries(services), query, { key: ({ name }) => name, item: (entry) => entry }),
});

const get = route({
  method: 'GET',
  path: '/api/v1/modules/:name',
  audience: 'readers',
  area,
  summary: 'Shows a kind of step: what it takes, as a JSON Schema, and what it ends with.',
  errors: ['module.unknown'],
  params: z.strictObject({ name: text(100) }),
  answer: { status: 200, schema: moduleSchema },
  run: ({ params: { name }, services }) => {
    const found = entries(services).find((entry) => entry.name === name);
    if (found === undefined) throw new MillraceError('module.unknown', { name });
    return found;
  },
});

export const moduleRoutes: readonly Route[] = [list, get];
