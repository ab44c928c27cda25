/**
 * Well-formed processes for property tests: blocks nested in blocks, each with one way in and one way out. The same tree
 * becomes a definition in block-nodes.ts and is interpreted in reference.ts; block-arbitraries.ts makes them up.
 */
export const CRITERIA = ['A', 'B'] as const;
/** Boolean variables that conditions read and commands set. */
export const VARIABLES = ['v0', 'v1', 'v2'] as const;
/** Signals that several places may wait for at once. */
export const SIGNALS = ['S0', 'S1'] as const;
export const CODES = ['E0', 'E1'] as const;

export type Leaf = { id: string } & (
  | { kind: 'task' | 'job' | 'timer' | 'message' | 'receive' }
  | { kind: 'signal'; signal: string }
  /** Waits until the variable is true. */
  | { kind: 'condition'; when: string }
  | { kind: 'criterion'; criterion: string; within: boolean }
);

/**
 * Of an activity: its boundary event and the path that begins there. Of a scope: an event sub-process and its body.
 * A message and a signal are named like the event; the variable of a condition is `flagOf` it.
 */
export type Event = { id: string; interrupting: boolean; follows: Block[] } & (
  | { by: 'timer' | 'message' | 'signal' | 'condition' | 'cancel' }
  /** true: whatever its code. */
  | { by: 'error' | 'escalation'; code: string | true }
);

export type Branch = { when: string; blocks: Block[] };
export type Way = { id: string; by: 'timer' | 'message' | 'signal' | 'condition' | 'receive'; blocks: Block[] };
/** What is done several times, or beside each other: one activity, or a sub-process. */
export type Body = Leaf | Block[];

export type Multi = {
  id: string;
  kind: 'multi';
  body: Body;
  count: number;
  from: 'literal' | 'variable' | 'cardinality';
  sequential: boolean;
  /** Done when so many are, or when the variable is true. */
  until?: number | string;
  /** What each yields is gathered in a list. */
  isGathered: boolean;
  events: Event[];
};
export type Repeat = {
  id: string;
  kind: 'repeat';
  body: Body;
  when: string;
  testBefore: boolean;
  maximum?: number;
  events: Event[];
};
export type AdHoc = {
  id: string;
  kind: 'adhoc';
  /** Each a row of activities, one leading to the next. */
  rows: Leaf[][];
  sequential: boolean;
  until?: string;
  events: Event[];
};

export type Block =
  | Leaf
  | { id: string; kind: 'parallel'; branches: Block[][] }
  /** The last branch is the default. */
  | { id: string; kind: 'exclusive' | 'inclusive' | 'links'; branches: Branch[] }
  /** A task whose outcome, o0 or o1 …, chooses the branch. */
  | { id: string; kind: 'decision'; branches: Block[][] }
  /** The body, then a task that ends with "again" or "out". */
  | { id: string; kind: 'loop'; body: Block[] }
  /** `undo`: the body of its compensation event sub-process. */
  | { id: string; kind: 'sub'; body: Block[]; events: Event[]; handlers: Event[]; undo?: Leaf[] }
  | { id: string; kind: 'guarded'; host: Leaf; events: Event[] }
  /** The token dies here when the variable is true. */
  | { id: string; kind: 'death'; when: string }
  /** A task that ends with "throw" or "go". Errors always end their token, escalations when `ends`. */
  | { id: string; kind: 'throw'; what: 'error' | 'escalation'; code: string; ends: boolean }
  /** A task that ends with "throw" or "go"; terminates, or cancels the transaction around it. */
  | { id: string; kind: 'terminate' | 'cancel' }
  /** A task that ends with "throw" or "go"; undoes everything in its scope, or the activity. */
  | { id: string; kind: 'undo'; ends: boolean; target: string | true }
  /** An activity and the one that undoes it. */
  | { id: string; kind: 'undoable'; host: Leaf; handler: Leaf }
  | { id: string; kind: 'race'; ways: Way[] }
  | { id: string; kind: 'pass'; type: 'task' | 'manualTask' }
  /** A script with a result of its own; the blocks follow when the variable is false. */
  | { id: string; kind: 'script'; of: string; blocks: Block[] }
  /** Rules in order, the last without a condition; each leads to its branch. */
  | { id: string; kind: 'rules'; branches: Branch[] }
  /** A job that shows nothing outside but one variable, by which the blocks follow or not. */
  | { id: string; kind: 'mapped'; of: string; blocks: Block[] }
  | { id: string; kind: 'transaction'; body: Block[]; events: Event[] }
  | Multi
  | Repeat
  | AdHoc
  /** Goes on when so many branches have arrived. */
  | { id: string; kind: 'complex'; branches: Block[][]; needed: number }
  /** An activity that needs a token from every branch, and hands on `completion` of them to one that needs as many. */
  | { id: string; kind: 'quantity'; branches: Block[][]; host: Leaf; completion: number };

/** The variable that the condition of this event or way reads. */
export const flagOf = (event: string): string => `c_${event}`;
/** The message that sets a flag at any time; an event sub-process of the process itself takes it. */
export const FLAG_MESSAGE = 'flag';

export const isLeafBody = (body: Body): body is Leaf => !Array.isArray(body);
