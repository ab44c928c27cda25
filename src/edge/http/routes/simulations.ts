/** Definitions tried on past instances. */
import { z } from 'zod';
import { MillraceError } from '../../../kernel/errors.ts';
import { readBpmn } from '../../../process/bpmn/file.ts';
import { MAX_SIMULATED } from '../../../process/simulation/simulate.ts';
import { type Route, route } from '../route.ts';
import { definitionSimulationSchema, definitionSimulationView } from '../views/definition-simulation-view.ts';
import { instant, text } from '../wire-schema.ts';

const key = text(100);
/** As where definitions are deployed. */
const MAX_FILE_BYTES = 6_000_000;
const share = z.number().min(0).max(1_000_000);

const simulate = route({
  method: 'POST',
  path: '/api/v1/definitions/simulate',
  audience: ['engineer'],
  area: 'Definitions',
  summary:
    'Runs past instances by a definition on a virtual clock, with what they were given then, and tells what would become of them. Changes nothing.',
  errors: [
    'process.invalid-definition',
    'process.unknown-definition',
    'process.invalid-simulation',
    'bpmn.malformed',
    'bpmn.document-type',
    'bpmn.too-large',
    'bpmn.not-bpmn',
    'bpmn.duplicate-id',
    'bpmn.broken-reference',
    'bpmn.unsafe-name',
  ],
  bodyLimitBytes: MAX_FILE_BYTES,
  body: z.strictObject({
    source: z.unknown().describe('A definition as it would be deployed; a text is a BPMN 2.0 file.').exactOptional(),
    key: key.describe('One that is deployed; or which process of a BPMN file is meant.').exactOptional(),
    version: z.int().min(1).max(1_000_000_000).describe('Default: the newest.').exactOptional(),
    against: z
      .strictObject({
        definition: key.describe('Whose instances; default: of the same key.').exactOptional(),
        from: instant.describe('Started then or later.').exactOptional(),
        to: instant.describe('Started earlier.').exactOptional(),
        limit: z.int().min(1).max(MAX_SIMULATED).describe('The newest so many; default 1,000.').exactOptional(),
      })
      .exactOptional(),
    answers: z
      .record(z.string(), z.record(z.string(), share))
      .describe('By node the share of each outcome, where the past has no answer.')
      .exactOptional(),
    seed: z.int().min(0).max(1_000_000_000).exactOptional(),
  }),
  answer: { status: 200, schema: definitionSimulationSchema },
  run: async ({ body: { source, key: named, version, against, answers, seed }, services }) => {
    const { definition, ...range } = against ?? {};
    const proposed = proposedBy({ source, key: named, version });
    const request = { proposed, against: definition, answers, seed, ...range };
    return definitionSimulationView(await services.process.simulate(request));
  },
});

type Named = {
  readonly source: unknown;
  readonly key: string | undefined;
  readonly version: number | undefined;
};

function proposedBy({ source, key: named, version }: Named) {
  if (typeof source === 'string') {
    const { sources } = readBpmn(source);
    const found = named === undefined ? sources[0] : sources.find((each) => (each as { key?: unknown }).key === named);
    if (found === undefined) throw refused(`the file has no process "${named}"`);
    return { source: found };
  }
  if (source !== undefined && named !== undefined) throw refused('source and key exclude each other');
  if (source !== undefined) return { source };
  if (named === undefined) throw refused('give a source or a key');
  return { key: named, version };
}

const refused = (problems: string) => new MillraceError('process.invalid-simulation', { problems });

export const simulationRoutes: readonly Route[] = [simulate];
