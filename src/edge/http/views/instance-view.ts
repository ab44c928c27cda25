/** Process instances as the API shows them. */
import { z } from 'zod';
import type {
  Incident,
  Instance,
  InstanceSummary,
  TokenView,
  HistoryEntry as WireEntry,
} from '../../../client/wire-process.ts';
import { formatInstanceId, formatJobId, type InstanceId } from '../../../kernel/ids.ts';
import type { Definition } from '../../../process/core/definition.ts';
import { type Token, visibleVariables } from '../../../process/core/state.ts';
import type { IncidentRow } from '../../../process/engine/families.ts';
import type { HistoryEntry, InstanceView } from '../../../process/engine/queries.ts';
import { instanceIdText, isoTime, isoTimeOrNull, jobIdText, label, time } from '../wire-schema.ts';
import { evidenceOf, firingView } from './evidence-view.ts';

export const INSTANCE_STATUSES = ['active', 'completed', 'cancelled'] as const;

const summary = {
  id: instanceIdText,
  definition: z.string(),
  version: z.int(),
  name: label,
  businessKey: z.string().nullable(),
  status: z.enum(INSTANCE_STATUSES),
  startedAt: time,
  endedAt: time.nullable(),
  at: z.array(z.string()).describe('The nodes where its tokens stand.'),
  incidents: z.int(),
  suspended: z
    .strictObject({
      reason: z.string().nullable(),
      kept: z.int().describe('What jobs, messages and others have brought since, and is taken in when it is resumed.'),
    })
    .describe('Only while it is suspended.')
    .exactOptional(),
};
export const instanceSummary = z.strictObject(summary) satisfies z.ZodType<InstanceSummary>;

const tokenView = z.strictObject({
  id: z.int(),
  node: z.string(),
  scope: z.int(),
  waitsFor: z.enum([
    'task',
    'job',
    'timer',
    'message',
    'signal',
    'condition',
    'event',
    'criterion',
    'join',
    'scope',
    'call',
    'help',
  ]),
  task: jobIdText.exactOptional(),
  message: z.string().describe('The name of the message or criterion it waits for, or what is wrong.').exactOptional(),
  called: instanceIdText.describe('The instance that it called.').exactOptional(),
}) satisfies z.ZodType<TokenView>;

export const instanceDetail = z.strictObject({
  ...summary,
  suspendedBy: z
    .strictObject({ person: z.string(), at: time })
    .describe('Only while it is suspended: who suspended it, and when.')
    .exactOptional(),
  variables: z.record(z.string(), z.unknown()),
  tokens: z.array(tokenView),
  parent: instanceIdText.describe('The instance that called this one.').exactOptional(),
  evidence: z.array(firingView),
  passed: z.array(z.string()).describe('The nodes that were completed, in the order in which they first were.'),
}) satisfies z.ZodType<Instance>;

const fact = z.looseObject({ type: z.string() });
export const historyEntry = z.strictObject({
  seq: z.int(),
  at: time,
  actor: z.string(),
  command: fact,
  effects: z.array(fact),
}) satisfies z.ZodType<WireEntry>;

export const incidentView = z.strictObject({
  instance: instanceIdText,
  token: z.int().describe('0: a job beside an activity.'),
  node: z.string(),
  definition: z.string(),
  code: z.string(),
  message: z.string(),
  at: time,
}) satisfies z.ZodType<Incident>;

export function summaryOf(instance: InstanceView, { name }: Definition, incidents: number): InstanceSummary {
  const { id, definition, version, businessKey, status, startedAt, endedAt, state } = instance;
  const { suspended } = state;
  return {
    id: formatInstanceId(id as InstanceId),
    definition,
    version,
    name,
    businessKey,
    status: status as InstanceSummary['status'],
    startedAt: isoTime(startedAt),
    endedAt: isoTimeOrNull(endedAt),
    at: [...new Set(state.tokens.map(({ node }) => node))],
    incidents,
    ...(suspended !== undefined && {
      suspended: { reason: suspended.reason ?? null, kept: suspended.kept.length },
    }),
  };
}

export function detailOf(shown: InstanceSummary, { state }: InstanceView, history: readonly HistoryEntry[]): Instance {
  const variables = visibleVariables(state, 0);
  const suspension = history.findLast(({ effects }) => effects.some(({ type }) => type === 'suspended'));
  return {
    ...shown,
    ...(state.suspended !== undefined &&
      suspension !== undefined && { suspendedBy: { person: suspension.actor, at: isoTime(suspension.at) } }),
    variables: { ...variables },
    tokens: state.tokens.map(tokenOf),
    ...(state.parent !== undefined && { parent: formatInstanceId(state.parent) }),
    evidence: evidenceOf(variables),
    passed: passedNodes(history),
  };
}

export const historyOf = ({ seq, at, actor, command, effects }: HistoryEntry): WireEntry => ({
  seq,
  at: isoTime(at),
  actor,
  command: publicIds(command) as WireEntry['command'],
  effects: effects.map((effect) => publicIds(effect) as WireEntry['effects'][number]),
});

export const incidentOf = ({ instance, token, node, definition, code, message, at }: IncidentRow): Incident => ({
  instance: formatInstanceId(instance as InstanceId),
  token,
  node,
  definition,
  code,
  message,
  at: isoTime(at),
});

function tokenOf({ id, node, scope, wait }: Token): TokenView {
  const waitsFor = wait.for === 'nothing' ? 'help' : wait.for;
  const message =
    'name' in wait
      ? wait.name
      : 'criterion' in wait
        ? wait.criterion.replace(/^criterion:/, '')
        : 'message' in wait
          ? wait.message
          : undefined;
  return {
    id,
    node,
    scope,
    waitsFor,
    ...((wait.for === 'task' || wait.for === 'job') && { task: formatJobId(wait.job) }),
    ...(wait.for === 'call' && { called: formatInstanceId(wait.instance) }),
    ...(message !== undefined && { message }),
  };
}

function passedNodes(history: readonly HistoryEntry[]): string[] {
  return [
    ...new Set(
      history.flatMap(({ effects }) => effects.flatMap((effect) => (effect.type === 'completed' ? [effect.node] : []))),
    ),
  ];
}

/** Jobs are numbers inside; wherever one stands in an entry it leaves as job_…. */
function publicIds(entry: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => {
      if ((name === 'job' || name === 'expiry') && typeof value === 'number')
        return [name, formatJobId(value as never)];
      return [
        name,
        (name === 'wait' || name === 'command') && typeof value === 'object' && value !== null
          ? publicIds(value as Record<string, unknown>)
          : value,
      ];
    }),
  );
}
