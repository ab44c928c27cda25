/** The kinds of steps that definitions can use, with the form of what each takes; and those that services do. */
import { z } from 'zod';
import type { Module as WireModule } from '../../../client/wire-process.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import type { ListedModule } from '../../../process/modules/served/register.ts';
import { parseRegistration } from '../../../process/modules/served/registration.ts';
import type { Services } from '../../services.ts';
import { listPage, pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { duration, isoTimeOrNull, json, text, time } from '../wire-schema.ts';

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
  origin: z.enum(['built-in', 'folder', 'service']).describe('Who brings it.'),
  service: z.string().nullable().describe('The message service that does its steps.'),
  version: z.int().nullable().describe('Of a service’s: counts what was registered under the name.'),
  registeredAt: time.nullable(),
  registeredBy: z.string().nullable(),
  heardAt: time.nullable().describe('When its service last said that it is there; null: never.'),
}) satisfies z.ZodType<WireModule>;

const params = z.strictObject({ name: text(100) });

const entries = async ({ modules }: Services): Promise<WireModule[]> => (await modules.list()).map(shown);

const shown = ({ outcomes, registeredAt, heardAt, ...entry }: ListedModule): WireModule => ({
  ...entry,
  outcomes: [...outcomes],
  registeredAt: isoTimeOrNull(registeredAt),
  heardAt: isoTimeOrNull(heardAt),
});

async function entryOf(services: Services, name: string): Promise<WireModule> {
  const found = (await entries(services)).find((entry) => entry.name === name);
  if (found === undefined) throw new MillraceError('module.unknown', { name });
  return found;
}

const list = route({
  method: 'GET',
  path: '/api/v1/modules',
  audience: 'readers',
  area,
  summary: 'Lists the kinds of steps that definitions can use, by name.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(moduleSchema) },
  run: async ({ query, services }) =>
    listPage(await entries(services), query, { key: ({ name }) => name, item: (entry) => entry }),
});

const get = route({
  method: 'GET',
  path: '/api/v1/modules/:name',
  audience: 'readers',
  area,
  summary: 'Shows a kind of step: what it takes, as a JSON Schema, and what it ends with.',
  errors: ['module.unknown'],
  params,
  answer: { status: 200, schema: moduleSchema },
  run: ({ params: { name }, services }) => entryOf(services, name),
});

const register = route({
  method: 'POST',
  path: '/api/v1/modules',
  audience: ['engineer'],
  area,
  summary: 'Registers a module that a message service does, or its next version; the same again changes nothing.',
  errors: ['module.invalid', 'module.name-taken', 'module.too-many', 'duration.malformed', 'store.conflict'],
  body: z.strictObject({
    name: text(100),
    title: text(100),
    summary: text(500),
    config: z.record(z.string(), json).describe('JSON Schema of the configuration.'),
    outcomes: z.array(text(100)).max(100),
    outcomesFrom: text(100).exactOptional(),
    service: text(100).describe('The message service; it has the operation `runModule`.'),
    onLost: z.enum(['retry', 'hold']).exactOptional(),
    timeout: duration.exactOptional().describe('How long a step may take, up to "60s"; default "30s".'),
  }),
  answer: { status: 201, schema: moduleSchema },
  run: async ({ body: { timeout, ...said }, principal, services }) => {
    const registration = parseRegistration({ ...said, ...(timeout !== undefined && { timeoutMs: timeout }) });
    await services.modules.register(registration, principal.id);
    return entryOf(services, registration.name);
  },
});

const remove = route({
  method: 'DELETE',
  path: '/api/v1/modules/:name',
  audience: ['engineer'],
  area,
  summary: 'Removes a module that a service does; steps that wait for it become incidents.',
  errors: ['module.unknown', 'module.not-served', 'store.conflict'],
  params,
  answer: { status: 204 },
  run: ({ params: { name }, principal, services }) => services.modules.remove(name, principal.id),
});

export const moduleRoutes: readonly Route[] = [list, get, register, remove];
