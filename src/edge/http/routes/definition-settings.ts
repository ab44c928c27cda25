/** Settings of definitions: values of steps that are set without a new version. */
import { z } from 'zod';
import type { SettingsEntry as WireEntry, DefinitionSettings as WireSettings } from '../../../client/wire-process.ts';
import type { StepSettings } from '../../../process/core/settings.ts';
import { mailFields } from '../../../process/core/source.ts';
import type { DefinitionSettings, SettingsChange } from '../../../process/engine/definition-settings.ts';
import { numberPlace, pageOf, pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { isoTime, isoTimeOrNull, text, time } from '../wire-schema.ts';

const area = 'Definitions';
const params = z.strictObject({ key: text(100) });
const MAX_STEPS = 5_000;

const settable = {
  ...mailFields,
  role: text(200),
  due: text(40),
  notify: text(200),
  within: text(40),
};
const config = z.record(text(200), z.unknown());
const shown = z
  .strictObject({ ...settable, config })
  .partial()
  .describe(
    'Of a mail `to`, `replyTo`, `subject`, `text`, `html`; of a user task `role`, `due`, `notify`; of a criterion `within`; of a module `config`.',
  );
const steps = z.record(z.string(), shown);
const nullable = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().exactOptional();
const change = z
  .strictObject({
    to: nullable(settable.to),
    replyTo: nullable(settable.replyTo),
    subject: nullable(settable.subject),
    text: nullable(settable.text),
    html: nullable(settable.html),
    role: nullable(settable.role),
    due: nullable(settable.due),
    notify: nullable(settable.notify),
    within: nullable(settable.within),
    config: nullable(config),
  })
  .describe('null: as the definition says.');

const settingsSchema = z.strictObject({
  key: z.string(),
  steps,
  settable: z.record(z.string(), z.array(z.string())).describe('What can be set of the steps of the newest version.'),
  updatedAt: time.nullable(),
  updatedBy: z.string().nullable(),
}) satisfies z.ZodType<WireSettings>;

const entrySchema = z.strictObject({
  at: time,
  by: z.string(),
  before: steps,
  after: steps,
}) satisfies z.ZodType<WireEntry>;

const get = route({
  method: 'GET',
  path: '/api/v1/definitions/:key/settings',
  audience: 'readers',
  area,
  summary: 'Shows what is set of the steps of a definition, whatever its version.',
  errors: ['process.unknown-definition'],
  params,
  answer: { status: 200, schema: settingsSchema },
  run: async ({ params: { key }, services }) => settingsOf(await services.process.settings.get(key)),
});

const patch = route({
  method: 'PATCH',
  path: '/api/v1/definitions/:key/settings',
  audience: ['engineer'],
  area,
  summary: 'Sets values of steps without a new version; instances that run follow at their next step.',
  errors: [
    'process.unknown-definition',
    'process.unknown-step',
    'process.unknown-setting',
    'process.invalid-definition',
    'store.conflict',
  ],
  params,
  body: z.strictObject({
    steps: z
      .record(text(100), change.nullable())
      .refine((given) => Object.keys(given).length <= MAX_STEPS, `are at most ${MAX_STEPS}`),
  }),
  answer: { status: 200, schema: settingsSchema },
  run: async ({ params: { key }, body, principal, services }) =>
    settingsOf(await services.process.settings.change(key, body.steps as SettingsChange, principal.id)),
});

const history = route({
  method: 'GET',
  path: '/api/v1/definitions/:key/settings/history',
  audience: 'readers',
  area,
  summary: 'Lists who set what of a definition, the newest first.',
  errors: ['process.unknown-definition'],
  params,
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(entrySchema) },
  run: async ({ params: { key }, query: { limit, cursor }, services }) => {
    const rows = await services.process.settings.history(key, { before: numberPlace(cursor), limit: limit + 1 });
    return pageOf(rows, {
      limit,
      place: ({ id }) => [id],
      item: ({ at, actor, before, after }) => ({
        at: isoTime(at),
        by: actor,
        before: stepsOf(before),
        after: stepsOf(after),
      }),
    });
  },
});

const stepsOf = (given: DefinitionSettings['steps']) => ({ ...given }) as Record<string, StepSettings>;

const settingsOf = ({ key, steps: given, settable: names, updatedAt, updatedBy }: DefinitionSettings) => ({
  key,
  steps: stepsOf(given),
  settable: Object.fromEntries(Object.entries(names).map(([step, known]) => [step, [...known]])),
  updatedAt: isoTimeOrNull(updatedAt),
  updatedBy,
});

export const definitionSettingsRoutes: readonly Route[] = [get, patch, history];
