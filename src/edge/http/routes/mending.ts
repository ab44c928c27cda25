/** What an engineer does to an instance while it runs: hold it, let it go on, move it, change its variables or its version. */
import { z } from 'zod';
import type { MigrationAnswer, MigrationRequest, Move, VariableChange } from '../../../client/wire-operations.ts';
import { formatInstanceId } from '../../../kernel/ids.ts';
import type { Command } from '../../../process/core/command.ts';
import { type Call, type Route, route } from '../route.ts';
import { instanceId, text, variables } from '../wire-schema.ts';

const area = 'Instances';
/** Who may mend an instance; operators may try again what is stuck. */
export const MENDERS = ['engineer'] as const;
const id = z.strictObject({ id: instanceId });
const number = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const reasonBody = z.strictObject({ reason: text(1_000).exactOptional() });
/** Nodes of the instance's version that have another name in the other. */
export const nodeMap = z.record(text(100), text(100));
export const MAX_REMOVED = 1_000;

type Asked = {
  readonly params: z.output<typeof id>;
  readonly principal: Call<unknown, unknown, unknown>['principal'];
  readonly services: Call<unknown, unknown, unknown>['services'];
};

function give({ params, principal, services }: Asked, command: Command): Promise<void> {
  services.log.info(
    { instance: formatInstanceId(params.id), actor: principal.id, verb: command.type },
    'an operator mends a process instance',
  );
  return services.process.engine.command(params.id, command, principal.id);
}

const suspend = route({
  method: 'POST',
  path: '/api/v1/instances/:id/suspend',
  audience: MENDERS,
  area,
  summary:
    'Suspends an instance: nobody can complete or take its tasks, and what jobs, timers and messages bring is kept.',
  errors: ['process.unknown-instance', 'process.not-active', 'process.suspended'],
  params: id,
  body: reasonBody.optional(),
  answer: { status: 204 },
  run: ({ body, ...asked }) => give(asked, { type: 'suspend', ...body }),
});

const resume = route({
  method: 'POST',
  path: '/api/v1/instances/:id/resume',
  audience: MENDERS,
  area,
  summary: 'Lets a suspended instance go on: what was kept is taken in, in its order.',
  errors: ['process.unknown-instance', 'process.not-active', 'process.not-suspended'],
  params: id,
  answer: { status: 204 },
  run: (asked) => give(asked, { type: 'resume' }),
});

const change = route({
  method: 'PATCH',
  path: '/api/v1/instances/:id/variables',
  audience: MENDERS,
  area,
  summary: 'Sets variables of an instance, each as a whole; null is a value, and only what `remove` names is gone.',
  errors: ['process.unknown-instance', 'process.not-active', 'process.unknown-scope', 'process.variables-too-large'],
  params: id,
  body: z.strictObject({
    set: variables.exactOptional(),
    remove: z.array(text(200)).max(MAX_REMOVED).exactOptional(),
    scope: number.describe('As the tokens name theirs. Default: 0, the outermost.').exactOptional(),
  }) satisfies z.ZodType<VariableChange>,
  answer: { status: 204 },
  run: ({ body: { set = {}, ...rest }, ...asked }) => give(asked, { type: 'variables', set, ...rest }),
});

const move = route({
  method: 'POST',
  path: '/api/v1/instances/:id/move',
  audience: MENDERS,
  area,
  summary: 'Takes a token away from where it waits, and puts a new one before another node.',
  errors: ['process.unknown-instance', 'process.not-active', 'process.unknown-token', 'process.cannot-move'],
  params: id,
  body: z.strictObject({ token: number, to: text(100) }) satisfies z.ZodType<Move>,
  answer: { status: 204 },
  run: ({ body, ...asked }) => give(asked, { type: 'move', ...body }),
});

const tokenPreview = z.strictObject({
  token: z.int(),
  from: z.string(),
  to: z.string(),
  waitsFor: z.string().describe('What it keeps waiting for.'),
  armed: z.array(z.string()).describe('Events that listen beside it from then on.'),
  disarmed: z.array(z.string()).describe('Events that listen no more.'),
});

const migrate = route({
  method: 'POST',
  path: '/api/v1/instances/:id/migrate',
  audience: MENDERS,
  area,
  summary: 'Lets an instance go on by another version of its definition; `dryRun` tells what that would change.',
  errors: ['process.unknown-instance', 'process.not-active', 'process.unknown-definition', 'process.cannot-migrate'],
  params: id,
  body: z.strictObject({
    version: z.int().min(1).max(1_000_000_000).describe('Default: the newest.').exactOptional(),
    nodes: nodeMap.describe('Nodes that have another name there; the others keep theirs.').exactOptional(),
    dryRun: z.boolean().exactOptional(),
  }) satisfies z.ZodType<MigrationRequest>,
  answer: {
    status: 200,
    schema: z.strictObject({
      from: z.int(),
      to: z.int(),
      tokens: z.array(tokenPreview),
      problems: z.array(z.strictObject({ node: z.string(), problem: z.string() })).describe('Empty but in a dry run.'),
    }) satisfies z.ZodType<MigrationAnswer>,
  },
  run: async ({ params, body: { dryRun = false, ...request }, principal, services }) => {
    const { engine } = services.process;
    const preview = await engine.previewMigration(params.id, request);
    const { from, to, tokens, problems } = preview;
    if (!dryRun) await engine.migrate(params.id, { ...request, version: to }, principal.id);
    return { from, to, tokens: [...tokens].map(lists), problems: [...problems] };
  },
});

const lists = <T extends { readonly armed: readonly string[]; readonly disarmed: readonly string[] }>(preview: T) => ({
  ...preview,
  armed: [...preview.armed],
  disarmed: [...preview.disarmed],
});

export const mendingRoutes: readonly Route[] = [suspend, resume, change, move, migrate];
