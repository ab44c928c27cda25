/** Definitions, instances, messages and tasks as they travel. */
import type { DurationText, Label, PageRequest, Problem, Time, Variables } from './wire.ts';
import type { Severity } from './wire-measurements.ts';

export type Deployed = { key: string; version: number };
export type Deployment = Deployed & {
  /** A BPMN file may hold several. */
  definitions: Deployed[];
  /** What a BPMN file says that is kept and has no meaning here; what in a DMN file may not be meant so. */
  notes?: {
    element: string;
    message: string;
    /** Of a DMN file, as line and column are: what is checked. */
    rule?: string;
    line?: number;
    /** In the expression's line. */
    column?: number;
  }[];
};
export type VersionInfo = { version: number; deployedAt: Time; deployedBy: string };

export type DefinitionSummary = VersionInfo & {
  key: string;
  name: Label;
  /** Nodes that do something: no gateways, starts and ends. */
  steps: number;
  /** Open instances. */
  active: number;
  /** The modules that its steps are of, by name. */
  uses: string[];
};

export type DefinitionNode = {
  id: string;
  name: Label;
  type: string;
  role?: string;
  /** Of a step of a module: its name. */
  module?: string;
  outcomes: string[];
  /** Of an event: what it waits for or throws. */
  event?: string;
  /** The sub-process it is in. */
  parent?: string;
  /** Of a boundary event: the activity it hangs on. */
  attachedTo?: string;
};
export type DefinitionFlow = { from: string; to: string; outcome?: string; when?: string; isDefault: boolean };
export type Definition = VersionInfo & {
  key: string;
  name: Label;
  versions: VersionInfo[];
  /** The JSON as it was deployed. */
  source: unknown;
  nodes: DefinitionNode[];
  flows: DefinitionFlow[];
  /** The variables by which its tasks are found. */
  searchable: { name: string; type: 'string' | 'number' | 'date' | 'boolean' }[];
};

export type NewInstance = {
  definition: string;
  version?: number;
  businessKey?: string;
  variables?: Variables;
  /** The start event that happened; default: those that wait for nothing. */
  at?: string;
};
/** Activities of an ad-hoc sub-process that are to begin. */
export type Activation = { node: string; activities: string[] };
export type StartedInstance = { id: string };
export type BatchAnswer = { items: ({ id: string } | { error: Problem })[] };

export type InstanceStatus = 'active' | 'completed' | 'cancelled';
export type InstanceSummary = {
  id: string;
  definition: string;
  version: number;
  name: Label;
  businessKey: string | null;
  status: InstanceStatus;
  startedAt: Time;
  endedAt: Time | null;
  /** The nodes where its tokens stand. */
  at: string[];
  incidents: number;
  /** Only while it is suspended; `kept`: what has come since, and is taken in when it is resumed. */
  suspended?: { reason: string | null; kept: number };
};
export type InstanceFilter = PageRequest & {
  definition?: string;
  status?: InstanceStatus;
  businessKey?: string;
  version?: number;
  /** Whether it is suspended now. */
  suspended?: boolean;
};

export type WaitsFor =
  | 'task'
  | 'job'
  | 'timer'
  | 'message'
  | 'signal'
  | 'condition'
  | 'event'
  | 'criterion'
  | 'join'
  | 'scope'
  | 'call'
  | 'help';
export type TokenView = {
  id: number;
  node: string;
  scope: number;
  waitsFor: WaitsFor;
  /** The task or job it waits for. */
  task?: string;
  /** The name of the message it waits for, or what is wrong. */
  message?: string;
  /** The instance that it called. */
  called?: string;
};

/** A criterion that fired, with what was seen. Parts that the sender did not know are missing. */
export type Firing = {
  id: string;
  criterion: string;
  criterionId?: string;
  device: string;
  at: Time;
  value?: number;
  limit?: number | { low: number; high: number };
  version?: number;
  signal?:
    | { field: string; detector?: string }
    | { of: string[] }
    | { anomaly: string; field: string; severity: Severity };
  anomalies?: string[];
  from?: Time;
  to?: Time;
};

export type Instance = InstanceSummary & {
  /** Only while it is suspended: who suspended it, and when. */
  suspendedBy?: { person: string; at: Time };
  variables: Variables;
  /** The instance that called this one. */
  parent?: string;
  tokens: TokenView[];
  evidence: Firing[];
  /** The nodes that were completed, in the order in which they first were. */
  passed: string[];
};

export type HistoryEntry = {
  seq: number;
  at: Time;
  actor: string;
  command: { type: string; [fact: string]: unknown };
  effects: { type: string; [fact: string]: unknown }[];
};

export type Incident = {
  instance: string;
  token: number;
  node: string;
  definition: string;
  code: string;
  message: string;
  at: Time;
};

export type NewMessage = {
  name: string;
  correlationKey: string;
  variables?: Variables;
  /** How long it is kept when nobody waits for it. */
  ttl?: DurationText;
  /** The same id again is the same message. */
  id?: string;
};
/** Told to everyone who waits for it at that moment. */
export type NewSignal = { name: string; variables?: Variables };
export type SignalSent = { job: string };
export type Correlation = { delivered: number; buffered: boolean; started: string[] };

export type TaskState = 'offered' | 'taken' | 'done' | 'cancelled';
export type Task = {
  id: string;
  name: Label;
  definition: string;
  step: string;
  instance: string;
  businessKey: string | null;
  role: string;
  assignee: string | null;
  state: TaskState;
  outcomes: string[];
  /** Outcomes that need a comment. */
  commentOn: string[];
  dueAt: Time | null;
  /** When it comes up again. */
  followUpAt: Time | null;
  /** -100 to 100; higher is more urgent. */
  priority: number;
  createdAt: Time;
  outcome: string | null;
  comment: string | null;
  settledAt: Time | null;
  settledBy: string | null;
  /** The person on whose behalf it was completed. */
  settledFor: string | null;
  /** In answers to who may complete it in the place of somebody who has it: that person. */
  onBehalfOf?: string;
  /** In answers to who may not do it by the four-eyes rule: the step that this person did before. */
  barred?: { step: string; person: string };
};
export type TaskDetail = Task & {
  variables: Variables;
  evidence: Firing[];
  /** "criteria": its answer may carry new limits for the criteria in evidence. */
  form: 'criteria' | null;
  /** A JSON Schema of the variables to fill in. */
  schema: Record<string, unknown> | null;
};
export type TaskSort = 'created' | '-created' | 'due' | 'priority' | 'name';
export type TaskFilter = PageRequest & {
  role?: string;
  assignee?: string;
  state?: TaskState;
  definition?: string;
  step?: string;
  businessKey?: string;
  dueBefore?: Time;
  dueAfter?: Time;
  overdue?: true;
  /** Part of its name, step or business key. */
  text?: string;
  /** Searchable variables of open tasks: a value, or bounds. */
  variables?: Readonly<Record<string, SearchedValue>>;
  sort?: TaskSort;
};
export type SearchedValue = string | number | boolean | { gt?: Scalar; gte?: Scalar; lt?: Scalar; lte?: Scalar };
type Scalar = string | number | boolean;
export type TaskCompletion = { outcome: string; variables?: Variables; comment?: string };
export type CompletedTask = { id: string; outcome: string };
export type TaskPlan = { dueAt?: Time | null; followUpAt?: Time | null; priority?: number };
/** In the order of the call; one that is refused says why. */
export type CompletedTasks = {
  items: (CompletedTask | { code: string; detail: string })[];
  completed: number;
  refused: number;
};

/** What can be set of a step without a new version, by its type. */
export type StepSettings = {
  to?: string | string[] | undefined;
  replyTo?: string | undefined;
  subject?: Label | undefined;
  text?: Label | undefined;
  html?: Label | undefined;
  role?: string | undefined;
  due?: string | undefined;
  notify?: string | undefined;
  within?: string | undefined;
  config?: Record<string, unknown> | undefined;
};
/** null: as the definition says. */
export type SettingsChange = Record<string, Record<string, unknown> | null>;
export type DefinitionSettings = {
  key: string;
  /** By the id of the step. */
  steps: Record<string, StepSettings>;
  /** What can be set of the steps of the newest version. */
  settable: Record<string, string[]>;
  updatedAt: Time | null;
  updatedBy: string | null;
};
export type SettingsEntry = {
  at: Time;
  by: string;
  before: Record<string, StepSettings>;
  after: Record<string, StepSettings>;
};

/** Definitions to be joined to one. */
export type Composition = {
  key: string;
  name?: Label;
  /** sequence and call: in their order. parallel: all at once. */
  as: 'sequence' | 'parallel' | 'call';
  of: { definition: string; version?: number }[];
  /** Shows the source and deploys nothing. */
  dryRun?: boolean;
};
export type Composed = { key: string; version: number | null; source: Record<string, unknown> };

/** A kind of step that definitions can use. */
export type Module = {
  name: string;
  title: string;
  summary: string;
  /** The `type` of its steps; "module": with `module` and `config`. */
  type: string;
  doneBy: 'transition' | 'job' | 'person' | 'event';
  outcomes: string[];
  /** The field of the configuration that names further outcomes. */
  outcomesFrom: string | null;
  onLost: 'retry' | 'hold' | null;
  /** JSON Schema. */
  config: Record<string, unknown>;
  /** Who brings it. */
  origin: 'built-in' | 'folder' | 'service';
  /** Of a service's; null of others: the service, which version it is, who registered it when, and when it was last heard. */
  service: string | null;
  version: number | null;
  registeredAt: Time | null;
  registeredBy: string | null;
  heardAt: Time | null;
};

/** A module that a message service does. */
export type NewModule = {
  name: string;
  title: string;
  summary: string;
  /** JSON Schema. */
  config: Record<string, unknown>;
  outcomes: string[];
  outcomesFrom?: string;
  /** It has the operation `runModule`. */
  service: string;
  onLost?: 'retry' | 'hold';
  /** How long a step may take, up to "60s"; default "30s". */
  timeout?: string;
};

export type Mail = {
  id: string;
  /** As the step names them: recipient lists, roles, people, addresses. */
  list: string;
  to: string[];
  /** Who gets the answers; empty: the sender of mails. */
  replyTo: string[];
  subject: string;
  text: string;
  /** The mail in each language in which somebody gets it; the first is the one above. */
  letters: { language: string | null; to: string[]; subject: string; text: string; html: string | null }[];
  state: 'queued' | 'sent' | 'kept' | 'failed';
  error: string | null;
  at: Time;
  sentAt: Time | null;
  instance: string | null;
};
