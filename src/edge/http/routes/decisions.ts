/** Decisions: look at, ask, and change their tables. DMN files are deployed with the definitions. */
import { z } from 'zod';
import type { DecisionSummary, Decision as WireDecision } from '../../../client/wire-decisions.ts';
import type { Deployment as WireDeployment } from '../../../client/wire-process.ts';
import { MAX_DMN_BYTES } from '../../../feel/dmn/reading/document.ts';
import type { DecisionModelRow, DecisionRow } from '../../../process/decisions/families.ts';
import type { Services } from '../../services.ts';
import { XML_TYPE } from '../content.ts';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { type Call, type Route, route } from '../route.ts';
import {
  analysisView,
  contentOf,
  decisionDetail,
  decisionResult,
  decisionSummary,
  draftOf,
  resultOf,
  stampView,
  tableAnalysis,
  tableSchema,
} from '../views/decision-view.ts';
import { text } from '../wire-schema.ts';

const area = 'Decisions';
const params = z.strictObject({ key: text(200) });
const version = z.coerce.number().int().min(1).max(1_000_000_000);
const deployed = { key: z.string(), version: z.int() };
const ANSWERS = ['decision.unknown', 'feel.too-expensive', 'feel.evaluation'];

const list = route({
  method: 'GET',
  path: '/api/v1/decisions',
  audience: 'readers',
  area,
  summary: 'Lists the decisions and decision services that are deployed, by key.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(decisionSummary) },
  run: async ({ query: { limit, cursor }, services: { process } }) => {
    const after = String(placeOf(cursor, ['string'])?.[0] ?? '');
    const found = await process.decisions.list({ after, limit: limit + 1 });
    const items = await Promise.all(found.map(async (row) => summaryOf(row, await process.decisions.model(row.key))));
    return pageOf(items, { limit, place: ({ key }) => [key], item: (item) => item });
  },
});

const show = route({
  method: 'GET',
  path: '/api/v1/decisions/:key',
  audience: 'readers',
  area,
  summary:
    'Shows a decision with what it takes, what it requires, and its table; its DMN file with Accept: application/xml.',
  errors: ['decision.unknown'],
  params,
  query: z.strictObject({ version: version.describe('Default: the newest.').exactOptional() }),
  alternatives: { [XML_TYPE]: ({ params: { key }, query, services }: Shown) => dmnOf(services, key, query.version) },
  answer: { status: 200, schema: decisionDetail },
  run: async ({ params: { key }, query, services: { process } }): Promise<WireDecision> => {
    const { decisions } = process;
    const { row, stamp, compiled } = await decisions.at(key, query.version);
    const evaluable = compiled.evaluables.find(({ id }) => id === key);
    const versions = await decisions.versions(key);
    return {
      ...summaryOf(row, stamp),
      versions: versions.map(stampView),
      ...contentOf(compiled.model, evaluable ?? { id: key, name: row.name, kind: 'decision', inputs: [], type: 'Any' }),
    };
  },
});

const evaluate = route({
  method: 'POST',
  path: '/api/v1/decisions/:key/evaluate',
  bodyLimitBytes: MAX_DMN_BYTES,
  audience: 'readers',
  area,
  summary: 'Asks a decision; with `trace` it tells which rules fired and why something is null. Nothing is kept.',
  errors: [...ANSWERS, 'decision.invalid-model'],
  params,
  body: z.strictObject({
    input: z
      .record(z.string(), z.unknown())
      .describe('By the names of the inputs; texts become dates where the model declares dates.'),
    version: version.describe('Default: the newest.').exactOptional(),
    trace: z.boolean().exactOptional(),
    table: tableSchema.describe('A draft of its table, asked in place of the deployed one.').exactOptional(),
  }),
  answer: { status: 200, schema: decisionResult },
  run: async ({ params: { key }, body: { table, ...question }, services: { process } }) =>
    resultOf(await process.decisions.ask(key, { ...question, ...(table !== undefined && { table: draftOf(table) }) })),
});

const analyse = route({
  method: 'POST',
  path: '/api/v1/decisions/:key/analysis',
  bodyLimitBytes: MAX_DMN_BYTES,
  audience: 'readers',
  area,
  summary: 'Tells where rules of a decision table overlap, and what no rule covers; also of a draft. Nothing is kept.',
  errors: ['decision.unknown', 'dmn.unknown-table'],
  params,
  body: z.strictObject({ table: tableSchema.describe('Default: the deployed one.').exactOptional() }),
  answer: { status: 200, schema: tableAnalysis },
  run: async ({ params: { key }, body: { table }, services: { process } }) =>
    analysisView(await process.decisions.analyse(key, table && draftOf(table))),
});

const change = route({
  method: 'PUT',
  path: '/api/v1/decisions/:key/table',
  bodyLimitBytes: MAX_DMN_BYTES,
  audience: ['engineer'],
  area,
  summary:
    'Deploys the model of a decision with another table; the rest of its file stays as it is, letter for letter.',
  errors: ['decision.unknown', 'decision.changed', 'decision.invalid-model', 'dmn.unknown-table'],
  params,
  body: z.strictObject({
    table: tableSchema,
    basedOn: z.int().min(1).describe('The version that was changed; refused if there is a newer one.'),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({
      ...deployed,
      definitions: z.array(z.strictObject(deployed)),
    }) satisfies z.ZodType<WireDeployment>,
  },
  run: async ({ params: { key }, body: { table, basedOn }, principal, services: { process } }) => {
    const {
      model,
      version: next,
      decisions,
    } = await process.decisions.changeTable(key, { table: draftOf(table), basedOn }, principal.id);
    return { key: model, version: next, definitions: [...decisions] };
  },
});

export const decisionRoutes: readonly Route[] = [list, show, evaluate, analyse, change];

type Shown = Call<{ key: string }, { version?: number }, never>;

async function dmnOf({ process }: Services, key: string, at?: number): Promise<string> {
  const { xml } = await process.decisions.model(key, at);
  return xml;
}

const summaryOf = (row: DecisionRow, { name, ...stamp }: DecisionModelRow): DecisionSummary => ({
  key: row.key,
  name: row.name,
  kind: row.kind === 'service' ? 'service' : 'decision',
  model: row.model,
  modelName: name,
  ...stampView(stamp),
});
