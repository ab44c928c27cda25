/** Definitions made of others. */
import { z } from 'zod';
import type { Composed as WireComposed } from '../../../client/wire-process.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { composed } from '../../../process/core/compose.ts';
import { type Route, route } from '../route.ts';
import { label, text } from '../wire-schema.ts';

const MAX_PARTS = 100;
const part = z.strictObject({ definition: text(100), version: z.int().min(1).exactOptional() });

const compose = route({
  method: 'POST',
  path: '/api/v1/definitions/compose',
  audience: ['engineer'],
  area: 'Definitions',
  summary: 'Makes and deploys a definition that joins others; with `dryRun` it only shows the source.',
  errors: ['process.unknown-definition', 'process.composes-itself', 'process.invalid-definition'],
  body: z.strictObject({
    key: text(100),
    name: label.exactOptional(),
    as: z.enum(['sequence', 'parallel', 'call']).describe('sequence and call: in their order. parallel: all at once.'),
    of: z.array(part).min(1).max(MAX_PARTS),
    dryRun: z.boolean().default(false),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({
      key: z.string(),
      version: z.int().nullable().describe('null: nothing was deployed.'),
      source: z.record(z.string(), z.unknown()),
    }) satisfies z.ZodType<WireComposed>,
  },
  run: async ({ body: { dryRun, ...composition }, principal, services }) => {
    const { definitions } = services.process;
    const { key, of } = composition;
    if (of.some(({ definition }) => definition === key)) throw new MillraceError('process.composes-itself', { key });
    for (const { definition, version } of of) await definitions.source(definition, version);
    const source = composed(composition);
    definitions.check(source);
    const version = dryRun ? null : (await definitions.deploy(source, principal.id)).version;
    return { key, version, source: source as Record<string, unknown> };
  },
});

export const compositionRoutes: readonly Route[] = [compose];
