/** Process definitions: deploy, list, look at. */
import { z } from 'zod';
import type { Deployment as WireDeployment } from '../../../client/wire-process.ts';
import { readStatistics } from '../../../jobs/statistics.ts';
import { readBpmn, writeBpmn } from '../../../process/bpmn/file.ts';
import { definitionJsonSchema } from '../../../process/core/json-schema.ts';
import type { Deployment } from '../../../process/engine/definitions.ts';
import type { Services } from '../../services.ts';
import { JSON_TYPE, XML_TYPE } from '../content.ts';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { type Call, type Route, route } from '../route.ts';
import { definitionDetail, definitionSummary, graphOf, summaryOf, versionView } from '../views/definition-view.ts';
import { text } from '../wire-schema.ts';

const area = 'Definitions';
/** A BPMN file may be larger than other bodies: diagrams take room. */
const MAX_FILE_BYTES = 6_000_000;
const BPMN_ERRORS = [
  'bpmn.malformed',
  'bpmn.document-type',
  'bpmn.too-large',
  'bpmn.not-bpmn',
  'bpmn.duplicate-id',
  'bpmn.broken-reference',
  'bpmn.unsafe-name',
] as const;
const DMN_ERRORS = [
  'dmn.malformed',
  'dmn.document-type',
  'dmn.too-large',
  'dmn.not-dmn',
  'dmn.duplicate-id',
  'decision.invalid-model',
  'decision.key-taken',
  'decision.too-many-models',
  'decision.changed',
] as const;
const DMN_NAMESPACE = /["']https?:\/\/www\.omg\.org\/spec\/DMN\/[^"']*["']/;
const key = text(100);
const deployed = { key: z.string(), version: z.int() };

const deploy = route({
  method: 'POST',
  path: '/api/v1/definitions',
  audience: ['engineer'],
  area,
  summary:
    'Deploys a definition, in JSON or BPMN, or a decision model in DMN; the same source again answers the version that is already there. With `dryRun` it only checks, and answers the version that it would become. With `basedOn` a decision model is deployed only over this version; 0 is for a new one.',
  errors: ['process.invalid-definition', ...BPMN_ERRORS, ...DMN_ERRORS],
  accepts: [JSON_TYPE, XML_TYPE, 'text/xml'],
  bodyLimitBytes: MAX_FILE_BYTES,
  query: z.strictObject({
    dryRun: z.literal('true').describe('Nothing is deployed.').exactOptional(),
    basedOn: z.coerce
      .number()
      .int()
      .min(0)
      .max(1_000_000_000)
      .describe('Of a decision model: the version that was changed, 0 for a new one; refused if there is a newer one.')
      .exactOptional(),
  }),
  body: z
    .unknown()
    .describe(
      'JSON as docs/reference/definitions.md describes it, a BPMN 2.0 file (docs/reference/bpmn-import.md), or a DMN file (docs/reference/dmn.md).',
    ),
  answer: {
    status: 201,
    schema: z.strictObject({
      ...deployed,
      definitions: z
        .array(z.strictObject(deployed))
        .describe('A BPMN file may hold several; of a DMN file, its decisions.'),
      notes: z
        .array(
          z.strictObject({
            element: z.string(),
            message: z.string(),
            rule: z.string().describe('Of a DMN file, as line and column are.').exactOptional(),
            line: z.int().exactOptional(),
            column: z.int().exactOptional(),
          }),
        )
        .describe('What a BPMN file says that is kept and has no meaning here; what in a DMN file may not be meant so.')
        .exactOptional(),
    }) satisfies z.ZodType<WireDeployment>,
  },
  run: async ({ body, query: { dryRun, basedOn }, principal, services }) => {
    if (typeof body === 'string' && isDmn(body)) {
      return deployModel(services, body, { dryRun, basedOn, actor: principal.id });
    }
    const { sources, notes } = typeof body === 'string' ? readBpmn(body) : { sources: [body], notes: undefined };
    const { definitions: deployer } = services.process;
    const definitions = await (dryRun === undefined
      ? deployer.deployAll(sources, principal.id)
      : deployer.rehearse(sources));
    const [first] = definitions as [Deployment, ...Deployment[]];
    return { ...first, definitions, ...(notes !== undefined && { notes: [...notes] }) };
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
  summary: 'Shows the newest version of a definition with its graph and source; as BPMN with Accept: application/xml.',
  errors: ['process.unknown-definition'],
  params: z.strictObject({ key }),
  alternatives: { [XML_TYPE]: ({ params, services }: Shown) => bpmnOf(services, params.key) },
  answer: { status: 200, schema: definitionDetail },
  run: ({ params, services }) => detailOf(services, params.key),
});

const version = route({
  method: 'GET',
  path: '/api/v1/definitions/:key/:version',
  audience: 'readers',
  area,
  summary: 'Shows one version of a definition; as BPMN with Accept: application/xml.',
  errors: ['process.unknown-definition'],
  params: z.strictObject({ key, version: z.coerce.number().int().min(0).max(1_000_000_000) }),
  alternatives: { [XML_TYPE]: ({ params, services }: Shown) => bpmnOf(services, params.key, params.version) },
  answer: { status: 200, schema: definitionDetail },
  run: ({ params, services }) => detailOf(services, params.key, params.version),
});

const schema = route({
  method: 'GET',
  path: '/definition.schema.json',
  audience: 'public',
  area,
  summary: 'The language of definitions as a JSON Schema, for editors.',
  answer: { status: 200, schema: z.looseObject({ title: z.string() }) },
  run: () => definitionJsonSchema() as { title: string },
});

/** By the namespace of the first element. */
const isDmn = (xml: string): boolean => {
  const [root = ''] = /<[A-Za-z_][^>]*>/.exec(xml) ?? [];
  return DMN_NAMESPACE.test(root);
};

type ModelRequest = {
  readonly dryRun: 'true' | undefined;
  readonly basedOn: number | undefined;
  readonly actor: string;
};

async function deployModel(
  { process: { decisions } }: Services,
  xml: string,
  { dryRun, basedOn, actor }: ModelRequest,
): Promise<WireDeployment> {
  const deployed = await (dryRun === undefined
    ? decisions.deploy(xml, actor, basedOn)
    : decisions.rehearse(xml, basedOn));
  const notes = deployed.warnings.map(({ severity: _, ...note }) => note);
  const answer = { key: deployed.model, version: deployed.version, definitions: [...deployed.decisions] };
  return notes.length === 0 ? answer : { ...answer, notes };
}

export const definitionRoutes: readonly Route[] = [deploy, list, newest, version, schema];

type Shown = Call<{ key: string; version?: number }, never, never>;

async function bpmnOf({ process: { definitions } }: Services, name: string, version?: number): Promise<string> {
  const { source } = await definitions.source(name, version);
  return writeBpmn(source);
}

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
    searchable: [...(definition.searchable ?? [])],
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
