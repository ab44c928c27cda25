/** Process definitions: deploy, list, look at. */
import { z } from 'zod';
import { readStatistics } from '../../../jobs/statistics.ts';
import type { Services } from '../../services.ts';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { definitionDetail, definitionSummary, graphOf, summaryOf, versionView } from '../views/definition-view.ts';
import { text } from '../wire-schema.ts';

const area = 'Definitions';
const key = text(100);
const deployed = { key: z.string(), version: z.int() };

const deploy = route({
  method: 'POST',
  path: '/api/v1/definitions',
  audience: ['engineer'],
  area,
  summary: 'Deploys a definition. The same source again answers the version that is already there.',
  errors: ['process.invalid-definition'],
  body: z.unknown().describe('docs/reference/definitions.md describes the JSON of a definition.'),
  answer: { status: 201, schema: z.strictObject({ ...deployed, definitions: z.array(z.strictObject(deployed)) }) },
  run: async ({ body, principal, services }) => {
    const definition = await services.process.definitions.deploy(body, principal.id);
    return { ...definition, definitions: [definition] };
  },
});

const list = route({
  method: 'GET',
  path: '/api/v1/definitions',
  audience: 'readers',
  area,
  summary: 'Lists the newest version of every definition, by key.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(definitionSummary) },
  run: async ({ query: { limit, cursor }, services }) => {
    const { definitions } = services.process;
    const after = String(placeOf(cursor, ['string'])?.[0] ?? '');
    const found = await definitions.list({ after, limit: limit + 1 });
    const [stamps, active] = await Promise.all([
      Promise.all(found.slice(0, limit).map((definition) => definitions.source(definition.key, definition.version))),
      activeInstances(services),
    ]);
    const page = pageOf(found, { limit, place: (definition) => [definition.key], item: (definition) => definition });
    const items = page.items.flatMap((definition, at) => {
      const stamp = stamps[at];
      return stamp === undefined ? [] : [summaryOf(definition, stamp, active.get(definition.key) ?? 0)];
    });
    return { items, next: page.next };
  },
});

const newest = route({
  method: 'GET',
  path: '/api/v1/definitions/:key',
  audience: 'readers',
  area,
  summary: 'Shows the newest version of a definition with its graph and source.',
  errors: ['process.unknown-definition'],
  params: z.strictObject({ key }),
  answer: { status: 200, schema: definitionDetail },
  run: ({ params, services }) => detailOf(services, params.key),
});

const version = route({
  method: 'GET',
  path: '/api/v1/definitions/:key/:version',
  audience: 'readers',
  area,
  summary: 'Shows one version of a definition.',
  errors: ['process.unknown-definition'],
  params: z.strictObject({ key, version: z.coerce.number().int().min(0).max(1_000_000_000) }),
  answer: { status: 200, schema: definitionDetail },
  run: ({ params, services }) => detailOf(services, params.key, params.version),
});

export const definitionRoutes: readonly Route[] = [deploy, list, newest, version];

async function detailOf({ process: { definitions } }: Services, name: string, wanted?: number) {
  const [stamp, versions] = await Promise.all([definitions.source(name, wanted), definitions.versions(name)]);
  const definition = await definitions.find(name, stamp.version);
  return {
    key: name,
    ...versionView(stamp),
    name: definition.name,
    versions: versions.map(versionView),
    source: stamp.source,
    ...graphOf(definition),
  };
}

/** From the statistics: what was started and has not ended, by definition. */
async function activeInstances({ store }: Services): Promise<Map<string, number>> {
  const totals = await readStatistics(store, { prefix: 'instance/', since: 0 });
  return new Map(
    totals.map(({ subject, started, completed }) => [
      subject.slice('instance/'.length),
      Math.max(0, started - completed),
    ]),
  );
}
