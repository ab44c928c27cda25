/**
 * A process definition as people write it: JSON with nodes, each naming what comes next. This schema is the whole
 * language; `compile.ts` turns it into a graph and `validate.ts` refuses what cannot run. It says the same as BPMN 2.0's
 * executable process, in fewer words; src/process/bpmn turns one into the other.
 */
import { z } from 'zod';
import {
  boundary,
  data,
  described,
  duration,
  expression,
  id,
  type label,
  lane,
  loop,
  mapping,
  multiInstance,
  next,
  text,
  throws,
  trigger,
  worded,
} from './source-parts.ts';

/** Limits of one definition, so that no upload can exhaust the server. */
export const MAX_NODES = 5_000;
export const MAX_DEPTH = 16;
export const MAX_FLOWS = 10_000;

/** Names of recipients in one step, and characters of its words. */
export const MAX_RECIPIENTS = 50;
export const MAX_MAIL_TEXT = 20_000;
export const MAX_MAIL_HTML = 100_000;

const base = { id, ...described, next: next.exactOptional() };

const activity = {
  ...base,
  boundary: z.array(boundary).max(20).exactOptional(),
  /** Variables that exist only while the activity does. */
  input: mapping.exactOptional(),
  /** What is set when it is done. Without it, everything that the work brings is set. */
  output: mapping.exactOptional(),
  loop: loop.exactOptional(),
  multiInstance: multiInstance.exactOptional(),
  /** It is no step of its own: it undoes what a compensation event names. */
  forCompensation: z.literal(true).exactOptional(),
  /** Tokens that must arrive before it begins; default 1. */
  startQuantity: z.int().min(1).max(1_000).exactOptional(),
  /** Tokens that leave on each way on; default 1. */
  completionQuantity: z.int().min(1).max(1_000).exactOptional(),
};

/** Work for code: the job's kind, and what goes with it. */
const work = {
  kind: id.exactOptional().describe('The kind of the job that does it.'),
  payload: z
    .record(z.string(), z.json())
    .exactOptional()
    .describe('Handed to the handler beside the instance’s variables.'),
  outcomes: z
    .array(id)
    .min(1)
    .max(20)
    .exactOptional()
    .describe('What it can end with; default: those that `next` names.'),
  priority: z.int().min(-100).max(100).exactOptional(),
  maxAttempts: z.int().min(1).max(100).exactOptional().describe('How often the job is tried; default 3.'),
};

/** Does nothing itself; a manual task is done outside of any system. */
const task = z.strictObject({ ...activity, type: z.enum(['task', 'manualTask']) });

const criterion = z.strictObject({
  ...activity,
  type: z.literal('criterion'),
  criterion: text.describe('The name of the criterion, as the devices’ settings call it.'),
  within: duration.exactOptional().describe('Ends with `expired` after this long without a firing.'),
});

/** What happens when a task is overdue. */
const escalation = z.strictObject({
  /** How long after it is due; default: at once. */
  after: duration.exactOptional(),
  /** It is offered to this role then; whoever had it has it no more. */
  role: text,
  priority: z.int().min(-100).max(100).exactOptional(),
  /** The recipient list that gets a mail; default: everybody with that role. */
  notify: text.exactOptional(),
});

const userTask = z.strictObject({
  ...activity,
  type: z.literal('userTask'),
  role: text.exactOptional().describe('Who is offered the task; default: the role of its lane.'),
  outcomes: z
    .array(id)
    .min(1)
    .max(20)
    .exactOptional()
    .describe('What it can end with; default: those that `next` names, else `done`.'),
  commentOn: z.array(id).max(20).exactOptional().describe('Outcomes that need a comment.'),
  /** A duration from the offer, a date and time, or "=" and FEEL for one of both. */
  due: z.string().min(1).max(400).exactOptional(),
  /** When it comes up again; written as `due`. */
  followUp: z.string().min(1).max(400).exactOptional(),
  /** Mails to whoever has it, or to its role: "-1h" is an hour before it is due, "1h" after. */
  reminders: z.array(duration).min(1).max(10).exactOptional(),
  escalation: escalation.exactOptional(),
  form: z
    .record(z.string(), z.json())
    .exactOptional()
    .describe('A JSON Schema of the variables that are filled in; a `title` is one text, or one for each language.'),
  /** Steps whose latest doers may not do this one. */
  notBy: z.array(id).min(1).max(20).exactOptional(),
  priority: z.int().min(-100).max(100).exactOptional(),
  /** The recipient list that gets a mail when the task is offered. */
  notify: text.exactOptional(),
  /** The kind of a job that gets the outcome and variables when the task is completed, for example criteria.change. */
  apply: z.union([id, z.array(id).min(1).max(5)]).exactOptional(),
});

/** BPMN's service task. */
const job = z.strictObject({ ...activity, ...work, type: z.literal('job') });

/** Work of a module by its name: GET /modules says which there are, what each takes and what it ends with. */
const moduleStep = z.strictObject({
  ...activity,
  type: z.literal('module'),
  module: id,
  /** What the module's schema says. A text that starts with "=" is FEEL, evaluated when the step begins. */
  config: z.record(z.string(), z.json()).exactOptional(),
  priority: z.int().min(-100).max(100).exactOptional(),
  maxAttempts: z.int().min(1).max(100).exactOptional(),
});

const recipient = z.string().min(1).max(400);
/** What can be set of a mail without a new version too. */
export const mailFields = {
  to: z
    .union([recipient, z.array(recipient).min(1).max(MAX_RECIPIENTS)])
    .describe(
      'A recipient list, "role:…", "person:…" or an address, "=" and FEEL for one or several; or a list of these.',
    ),
  replyTo: recipient.describe('Who gets the answers; written as one of `to`.'),
  subject: worded(text).describe('One text or one for each language; {name} is filled from the variables.'),
  text: worded(z.string().max(MAX_MAIL_TEXT)).describe('As the subject.'),
  html: worded(z.string().min(1).max(MAX_MAIL_HTML)).describe(
    'As the subject, with markup; goes beside the text. What is filled in is escaped.',
  ),
};
const mail = z.strictObject({
  ...activity,
  type: z.literal('mail'),
  ...mailFields,
  replyTo: mailFields.replyTo.exactOptional(),
  html: mailFields.html.exactOptional(),
  onLost: z
    .enum(['retry', 'hold'])
    .exactOptional()
    .describe(
      '"hold": when its worker is lost in the middle, a person is asked whether it went out. Default: it is sent again.',
    ),
  maxAttempts: z.int().min(1).max(100).exactOptional().describe('Default: 8.'),
});

/** A FEEL expression and the variable that gets its value; or a kind, for code elsewhere. */
const scriptTask = z.strictObject({
  ...activity,
  ...work,
  type: z.literal('scriptTask'),
  script: expression.exactOptional().describe('A FEEL expression.'),
  result: id.exactOptional().describe('The variable that gets its value.'),
});

/** Rules in order, the first whose condition holds gives the value (`then`) and the outcome; or a kind, for code elsewhere. */
const businessRuleTask = z.strictObject({
  ...activity,
  ...work,
  type: z.literal('businessRuleTask'),
  rules: z
    .array(
      z.strictObject({
        when: expression
          .exactOptional()
          .describe('A FEEL condition; without it the rule always holds, and stands last.'),
        // biome-ignore lint/suspicious/noThenProperty: a rule reads "when …, then …"; nobody awaits it
        then: expression.exactOptional().describe('A FEEL expression: the value.'),
        outcome: id.exactOptional().describe('What the step ends with.'),
      }),
    )
    .min(1)
    .max(1_000)
    .exactOptional()
    .describe('Asked in order; the first whose `when` holds decides.'),
  result: id.exactOptional().describe('The variable that gets the value; null when no rule holds.'),
  /** The key of a decision. */
  decision: id.exactOptional(),
});

/** Sends a message to whatever instance waits for it, or starts by it; or a kind, for code that sends it elsewhere. */
const sendTask = z.strictObject({
  ...activity,
  ...work,
  type: z.literal('sendTask'),
  message: text.exactOptional(),
  correlationKey: expression.exactOptional(),
  ttl: duration.exactOptional(),
});

const receiveTask = z.strictObject({
  ...activity,
  type: z.literal('receiveTask'),
  message: text.exactOptional(),
  correlationKey: expression.exactOptional(),
  instantiate: z.literal(true).exactOptional(),
});

/** Runs another process, and waits for its end. `input` and `output` choose the variables; without them all go, and all come back. */
const callActivity = z.strictObject({
  ...activity,
  type: z.literal('callActivity'),
  /** The key of its definition; "=" and FEEL, to choose it when the step runs. */
  process: z.string().min(1).max(400).exactOptional(),
  /** Default: the newest at that moment. */
  version: z.int().min(1).exactOptional(),
  /** FEEL for the business key of the called instance; default: this instance's. */
  businessKey: expression.exactOptional(),
});

const catchEvent = z.strictObject({ ...base, ...trigger, type: z.literal('catch'), output: mapping.exactOptional() });
const throwEvent = z.strictObject({ ...base, ...throws, type: z.literal('throw'), input: mapping.exactOptional() });
const start = z.strictObject({
  ...base,
  ...trigger,
  type: z.literal('start'),
  /** Of an event sub-process: false lets the rest go on beside it. */
  interrupting: z.literal(false).exactOptional(),
  output: mapping.exactOptional(),
});
const end = z.strictObject({ id, ...described, ...throws, type: z.literal('end'), input: mapping.exactOptional() });

const direction = z.enum(['converging', 'diverging', 'mixed', 'unspecified']).exactOptional();
const gateway = z.strictObject({
  ...base,
  type: z.enum(['exclusiveGateway', 'parallelGateway', 'inclusiveGateway']),
  direction,
});
/** Waits for the first of the events that follow it. */
const eventGateway = z.strictObject({
  ...base,
  type: z.literal('eventGateway'),
  direction,
  /** An instance begins by one of its events; "parallel": and needs them all. */
  instantiate: z.enum(['exclusive', 'parallel']).exactOptional(),
});
const complexGateway = z.strictObject({
  ...base,
  type: z.literal('complexGateway'),
  direction,
  /** FEEL, asked at each arrival: goes on when true. Sees `activationCount`, the tokens that have arrived. Default: on the first. */
  activation: expression.exactOptional(),
});

const scope = {
  data: z.array(data).max(500).exactOptional(),
  nodes: z.lazy((): z.ZodType<NodeSource[]> => z.array(node).max(MAX_NODES)),
};
const subProcess = z.strictObject({ ...activity, ...scope, type: z.enum(['subProcess', 'transaction']) });
/** Begins by its start event at any moment while the process around it is at work. */
const eventSubProcess = z.strictObject({ id, ...described, ...scope, type: z.literal('eventSubProcess') });
const adHocSubProcess = z.strictObject({
  ...activity,
  ...scope,
  type: z.literal('adHocSubProcess'),
  /** FEEL for the ids of the activities to begin with; default: all that no flow leads to. */
  activate: expression.exactOptional(),
  /** One after another; default: beside each other. */
  sequential: z.literal(true).exactOptional(),
  /** FEEL, asked after each activity: the sub-process is done when true. Default: when nothing is left. */
  completionCondition: expression.exactOptional(),
  /** Activities that still run when the condition holds go on to their end; default: they are cancelled. */
  keepRemaining: z.literal(true).exactOptional(),
});

/** What every activity may have, whatever it does. */
export const activityFields = Object.keys({ ...activity, type: true });
/** Steps that do something, by the type that definitions call them by. */
export const stepSchemas = { criterion, userTask, job, mail, scriptTask, businessRuleTask };

const node: z.ZodType<NodeSource> = z.lazy(() =>
  z.discriminatedUnion('type', [
    start,
    end,
    catchEvent,
    throwEvent,
    task,
    criterion,
    userTask,
    job,
    moduleStep,
    mail,
    scriptTask,
    businessRuleTask,
    sendTask,
    receiveTask,
    callActivity,
    gateway,
    eventGateway,
    complexGateway,
    subProcess,
    eventSubProcess,
    adHocSubProcess,
  ]),
);

export const definitionSource = z.strictObject({
  key: id,
  ...described,
  /** false: a drawing that does not run; deploying it is refused. */
  executable: z.literal(false).exactOptional(),
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
  data: z.array(data).max(500).exactOptional(),
  lanes: z.array(lane).max(100).exactOptional(),
  /** The BPMN file it came from, without this process; kept so that the file can be given back, never read by the engine. */
  document: z.json().exactOptional(),
  nodes: z.array(node).max(MAX_NODES),
});

export type DefinitionSource = z.output<typeof definitionSource>;
export type Label = z.output<typeof label>;
export type NextSource = z.output<typeof next>;
export type BoundarySource = z.output<typeof boundary>;
export type DataSource = z.output<typeof data>;
export type SimpleNodeSource =
  | z.output<typeof start>
  | z.output<typeof end>
  | z.output<typeof catchEvent>
  | z.output<typeof throwEvent>
  | z.output<typeof task>
  | z.output<typeof criterion>
  | z.output<typeof userTask>
  | z.output<typeof job>
  | z.output<typeof moduleStep>
  | z.output<typeof mail>
  | z.output<typeof scriptTask>
  | z.output<typeof businessRuleTask>
  | z.output<typeof sendTask>
  | z.output<typeof receiveTask>
  | z.output<typeof callActivity>
  | z.output<typeof gateway>
  | z.output<typeof eventGateway>
  | z.output<typeof complexGateway>;
type ScopeParts = { data?: DataSource[]; nodes: NodeSource[] };
type ActivityParts = Omit<z.output<typeof task>, 'type'>;
export type SubProcessSource = ActivityParts & ScopeParts & { type: 'subProcess' | 'transaction' };
export type EventSubProcessSource = Omit<z.output<typeof end>, 'type' | keyof typeof throws | 'input'> &
  ScopeParts & { type: 'eventSubProcess' };
export type AdHocSource = ActivityParts &
  ScopeParts & {
    type: 'adHocSubProcess';
    activate?: string;
    sequential?: true;
    completionCondition?: string;
    keepRemaining?: true;
  };
export type NodeSource = SimpleNodeSource | SubProcessSource | EventSubProcessSource | AdHocSource;
