/**
 * A process definition as people write it: JSON with nodes, each naming what comes next. This schema is the whole
 * language; `compile.ts` turns it into a graph and `validate.ts` refuses what cannot run.
 */
import { z } from 'zod';

/** Limits of one definition, so that no upload can exhaust the server. */
export const MAX_NODES = 5_000;
export const MAX_DEPTH = 16;
export const MAX_FLOWS = 10_000;
const MAX_NAME = 200;

const id = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/,
    'an id starts with a letter and has letters, digits, "_", "." or "-", at most 100',
  );
const text = z.string().min(1).max(MAX_NAME);
const label = z.union([text, z.record(z.string().max(35), text)]);
const duration = z.string().max(40);
const expression = z.string().min(1).max(4_000);

const flow = z.strictObject({
  to: id,
  id: id.exactOptional(),
  name: label.exactOptional(),
  /** Taken when this FEEL condition is true. */
  when: expression.exactOptional(),
  /** Taken when no condition is true. */
  default: z.literal(true).exactOptional(),
  /** Taken when the activity ended with this outcome. */
  outcome: id.exactOptional(),
});

/** "b" · ["b", "c"] · {"confirmed": "b", "rejected": "c"} · [{"to": "b", "when": "x > 1"}, {"to": "c", "default": true}] */
const next = z.union([
  id,
  z
    .array(z.union([id, flow]))
    .min(1)
    .max(100),
  z.record(id, id),
]);

const boundary = z.strictObject({
  id,
  name: label.exactOptional(),
  timer: duration.exactOptional(),
  message: text.exactOptional(),
  correlationKey: expression.exactOptional(),
  /** false: the activity goes on beside the new path. */
  interrupting: z.boolean().default(true),
  next: next.exactOptional(),
});

const base = { id, name: label.exactOptional(), next: next.exactOptional() };
const activity = { ...base, boundary: z.array(boundary).max(20).exactOptional() };

const criterion = z.strictObject({
  ...activity,
  type: z.literal('criterion'),
  /** The name of a criterion, as the devices' settings call it. Ends with fired or expired. */
  criterion: text,
  /** Ends with expired after this long without a firing. */
  within: duration.exactOptional(),
});

const userTask = z.strictObject({
  ...activity,
  type: z.literal('userTask'),
  /** People with this role are offered the task. */
  role: text,
  /** What the task can end with; taken from `next` when it names them, else "done". */
  outcomes: z.array(id).min(1).max(20).exactOptional(),
  /** Outcomes that need a comment. */
  commentOn: z.array(id).max(20).exactOptional(),
  due: duration.exactOptional(),
  priority: z.int().min(-100).max(100).exactOptional(),
  /** The recipient list that gets a mail when the task is offered. */
  notify: text.exactOptional(),
  /** The kind of a job that gets the outcome and variables when the task is completed, for example criteria.change. */
  apply: z.union([id, z.array(id).min(1).max(5)]).exactOptional(),
});

const job = z.strictObject({
  ...activity,
  type: z.literal('job'),
  kind: id,
  /** Handed to the handler beside the instance's variables. */
  payload: z.record(z.string(), z.json()).exactOptional(),
  outcomes: z.array(id).min(1).max(20).exactOptional(),
  priority: z.int().min(-100).max(100).exactOptional(),
  maxAttempts: z.int().min(1).max(100).exactOptional(),
});

const mail = z.strictObject({
  ...activity,
  type: z.literal('mail'),
  /** A recipient list. */
  to: text,
  subject: text,
  /** `{name}` is filled from the variables. */
  text: z.string().max(20_000),
});

const messageCatch = z.strictObject({
  ...base,
  type: z.literal('messageCatch'),
  message: text,
  correlationKey: expression.exactOptional(),
});
const timerCatch = z.strictObject({ ...base, type: z.literal('timerCatch'), after: duration });
const gateway = z.strictObject({ ...base, type: z.enum(['exclusiveGateway', 'parallelGateway', 'inclusiveGateway']) });
const start = z.strictObject({ ...base, type: z.literal('start') });
const end = z.strictObject({ id, name: label.exactOptional(), type: z.literal('end') });
const subProcess = z.strictObject({
  ...activity,
  type: z.literal('subProcess'),
  get nodes() {
    return z.array(node).min(1).max(MAX_NODES);
  },
});

const node: z.ZodType<NodeSource> = z.lazy(() =>
  z.discriminatedUnion('type', [
    start,
    end,
    criterion,
    userTask,
    job,
    mail,
    messageCatch,
    timerCatch,
    gateway,
    subProcess,
  ]),
);

export const definitionSource = z.strictObject({
  key: id,
  name: label.exactOptional(),
  /** Starts an instance by itself when criteria fire. Without it instances are started by command. */
  start: z
    .strictObject({
      criteria: z.array(text).min(1).max(20),
      /** How many of the criteria must have fired within the time: any = 1. */
      mode: z.union([z.enum(['any', 'all']), z.int().min(1).max(20)]).default('all'),
      within: duration.default('1h'),
      /** At most one open instance for each device. */
      uniqueBy: z.literal('device').default('device'),
    })
    .exactOptional(),
  /** Starts an instance by itself for each message of this name. */
  startMessage: text.exactOptional(),
  nodes: z.array(node).min(1).max(MAX_NODES),
});

export type DefinitionSource = z.output<typeof definitionSource>;
export type Label = z.output<typeof label>;
export type NextSource = z.output<typeof next>;
export type BoundarySource = z.output<typeof boundary>;
export type SimpleNodeSource =
  | z.output<typeof start>
  | z.output<typeof end>
  | z.output<typeof criterion>
  | z.output<typeof userTask>
  | z.output<typeof job>
  | z.output<typeof mail>
  | z.output<typeof messageCatch>
  | z.output<typeof timerCatch>
  | z.output<typeof gateway>;
type ActivityParts = Omit<z.output<typeof criterion>, 'type' | 'criterion' | 'within'>;
export type SubProcessSource = ActivityParts & { type: 'subProcess'; nodes: NodeSource[] };
export type NodeSource = SimpleNodeSource | SubProcessSource;
