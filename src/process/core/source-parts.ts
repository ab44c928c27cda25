/** What the nodes of a definition are written with: ids, texts, durations, expressions, ways on, triggers, repetition. */
import { z } from 'zod';

const MAX_NAME = 200;
/** As a key of an object it would not be kept. */
export const UNSAFE_KEY = '__proto__';

export const id = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/,
    'an id starts with a letter or "_" and has letters, digits, "_", "." or "-", at most 100',
  )
  .refine((name) => name !== UNSAFE_KEY, `"${UNSAFE_KEY}" is no name; objects have it already`);
export const text = z.string().min(1).max(MAX_NAME);
export const label = z.union([text, z.record(z.string().max(35), text)]);
/** One text, or one for each locale; at least one. */
export const worded = <Content extends z.ZodString>(content: Content) =>
  z.union([
    content,
    z.record(z.string().min(1).max(35), content).refine((texts) => Object.keys(texts).length > 0, 'has no text at all'),
  ]);
export const duration = z.string().max(40);
/** FEEL. */
export const expression = z.string().min(1).max(4_000);
/** Variables set from FEEL expressions: `{"total": "price * count"}`. */
export const mapping = z.record(id, expression);

/** What every element may carry: words for people, and what only its BPMN form knows (kept, never read by the engine). */
export const described = {
  name: label.exactOptional(),
  documentation: z.string().max(20_000).exactOptional(),
  bpmn: z.json().exactOptional(),
};

const flow = z.strictObject({
  to: id,
  id: id.exactOptional(),
  ...described,
  /** Taken when this FEEL condition is true. */
  when: expression.exactOptional(),
  /** Taken when no condition is true. */
  default: z.literal(true).exactOptional(),
  /** Taken when the activity ended with this outcome. */
  outcome: id.exactOptional(),
});

/** "b" · ["b", "c"] · {"confirmed": "b", "rejected": "c"} · [{"to": "b", "when": "x > 1"}, {"to": "c", "default": true}] */
export const next = z.union([
  id,
  z
    .array(z.union([id, flow]))
    .min(1)
    .max(100),
  z.record(id, id),
]);

/**
 * When a timer rings. A text is a duration: "30s", "PT1H". A text that starts with "=" is a FEEL expression for one.
 * `at` is a date and time; `every` a repetition: ISO 8601 ("R3/PT10M", "R/2026-01-01T06:00:00Z/P1D"), a duration, or a
 * cron pattern ("0 6 * * MON-FRI").
 */
export const timer = z.union([
  z.string().min(1).max(400),
  z.strictObject({ at: z.string().min(1).max(400) }),
  z.strictObject({ every: z.string().min(1).max(400) }),
]);

const single = {
  message: text.exactOptional(),
  /** By which the message finds this instance; the business key when it is left out. */
  correlationKey: expression.exactOptional(),
  timer: timer.exactOptional(),
  signal: text.exactOptional(),
  /** The code of an error; true: any. */
  error: z.union([text, z.literal(true)]).exactOptional(),
  /** The code of an escalation; true: any. */
  escalation: z.union([text, z.literal(true)]).exactOptional(),
  /** FEEL; happens when it becomes true. */
  condition: expression.exactOptional(),
  compensate: z.literal(true).exactOptional(),
  cancel: z.literal(true).exactOptional(),
  link: text.exactOptional(),
};
const triggers = z.array(z.strictObject(single)).min(2).max(20);

/** What an event waits for: one of these; `anyOf` any one of several, `allOf` all of them. */
export const trigger = { ...single, anyOf: triggers.exactOptional(), allOf: triggers.exactOptional() };

const thrown = {
  message: text.exactOptional(),
  /** FEEL; default: the business key. */
  correlationKey: expression.exactOptional(),
  /** How long a message that nobody waits for is kept; default: an hour. */
  ttl: duration.exactOptional(),
  signal: text.exactOptional(),
  error: text.exactOptional(),
  escalation: text.exactOptional(),
  /** true: everything in this scope; an id: that activity. */
  compensate: z.union([z.literal(true), id]).exactOptional(),
  cancel: z.literal(true).exactOptional(),
  terminate: z.literal(true).exactOptional(),
  link: text.exactOptional(),
};

/** What a throwing or ending event does: one of these, or all of several. `input` chooses the variables that go along. */
export const throws = {
  ...thrown,
  allOf: z.array(z.strictObject(thrown)).min(2).max(20).exactOptional(),
};

export const boundary = z.strictObject({
  id,
  ...described,
  ...trigger,
  /** false: the activity goes on beside the new path. */
  interrupting: z.boolean().default(true),
  /** Variables set from what the event brings. */
  output: mapping.exactOptional(),
  /** Where the path begins; of a compensation event: the activity that undoes. */
  next: next.exactOptional(),
});

/** Does the activity again and again. */
export const loop = z.strictObject({
  /** FEEL; the activity is done (again) while it is true. */
  condition: expression,
  /** Asks before the first time too; default: after each time. */
  testBefore: z.literal(true).exactOptional(),
  maximum: z.int().min(1).max(1_000_000).exactOptional(),
});

/** Does the activity once for each item of a list, or so many times. */
export const multiInstance = z.strictObject({
  /** FEEL for a list. */
  collection: expression.exactOptional(),
  /** FEEL for a number. */
  cardinality: expression.exactOptional(),
  /** The name of the variable that holds the item; default: "item". `loopCounter` counts from 1. */
  element: id.exactOptional(),
  sequential: z.literal(true).exactOptional(),
  /** FEEL, asked after each: when true, the rest is left. Sees `numberOfInstances`, `numberOfCompletedInstances`, `numberOfActiveInstances`. */
  completionCondition: expression.exactOptional(),
  /** Gathers what each one yields, in the order of the items, in a list; what its work brings then stays with it. */
  output: z.strictObject({ collection: id, element: expression }).exactOptional(),
});

export const searchableType = z.enum(['string', 'number', 'date', 'boolean']);

/** A variable that exists as long as its process or sub-process: in BPMN a data object or a property. */
export const data = z.strictObject({
  name: id,
  /** FEEL for its first value; default: null. */
  value: expression.exactOptional(),
  /** Tasks are found by its value, which is of this type. */
  searchable: searchableType.exactOptional(),
  id: id.exactOptional(),
  documentation: described.documentation,
  bpmn: described.bpmn,
});

export type LaneSource = {
  id: string;
  name?: z.output<typeof label>;
  documentation?: string;
  bpmn?: z.output<ReturnType<typeof z.json>>;
  role?: string;
  nodes?: string[];
  lanes?: LaneSource[];
};

/** Whose work it is: user tasks in it that name no role are offered to this role. */
export const lane: z.ZodType<LaneSource> = z.lazy(() =>
  z.strictObject({
    id,
    ...described,
    /** Default: the name. */
    role: text.exactOptional(),
    nodes: z.array(id).max(5_000).exactOptional(),
    lanes: z.array(lane).max(100).exactOptional(),
  }),
);

const triggerShape = z.strictObject(trigger);
const throwShape = z.strictObject(throws);
export type TriggerSource = z.output<typeof triggerShape>;
export type ThrowSource = z.output<typeof throwShape>;
export type TimerSource = z.output<typeof timer>;
