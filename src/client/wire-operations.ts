/** What an operator does to instances while they run, as it travels. */
import type { Time, Variables } from './wire.ts';

/** Variables of one scope: those to set, each as a whole, and those to take away. */
export type VariableChange = { set?: Variables; remove?: string[]; scope?: number };
export type Move = { token: number; to: string };
/** To a version, by default the newest; `nodes`: what has another name there. */
export type MigrationRequest = { version?: number; nodes?: Record<string, string>; dryRun?: boolean };
export type MigrationAnswer = {
  from: number;
  to: number;
  tokens: {
    token: number;
    from: string;
    to: string;
    waitsFor: string;
    /** Events that listen beside it from then on, and those that listen no more. */
    armed: string[];
    disarmed: string[];
  }[];
  problems: { node: string; problem: string }[];
};
/** What is stuck counts as done; without an outcome, with its first. */
export type Resolution = { outcome?: string; variables?: Variables; comment?: string };

/** Which instances: all that suit every part. */
export type InstanceChoice = {
  definition?: string;
  version?: number;
  /** Default: active. */
  status?: 'active' | 'completed' | 'cancelled';
  businessKey?: string;
  /** A token stands at this node. */
  atNode?: string;
  hasIncident?: boolean;
  isSuspended?: boolean;
  startedBefore?: Time;
  startedAfter?: Time;
};
export type OperationVerb = 'suspend' | 'resume' | 'cancel' | 'retry' | 'variables' | 'move' | 'migrate';
/** One thing done to many instances. A migration names the definition in its filter. */
export type NewOperation = { filter: InstanceChoice; dryRun?: boolean } & (
  | { what: 'suspend' | 'cancel'; reason?: string }
  | { what: 'resume' }
  | { what: 'retry'; variables?: Variables }
  | { what: 'variables'; set?: Variables; remove?: string[] }
  | { what: 'move'; from: string; to: string }
  | { what: 'migrate'; version?: number; nodes?: Record<string, string> }
);
/** What an operation was asked for beside its verb. */
export type OperationDetails = {
  reason?: string;
  variables?: Variables;
  set?: Variables;
  remove?: string[];
  from?: string;
  to?: string;
  version?: number;
  nodes?: Record<string, string>;
};
export type Operation = {
  id: string;
  what: OperationVerb;
  details: OperationDetails;
  filter: InstanceChoice;
  dryRun: boolean;
  state: 'counting' | 'running' | 'done' | 'cancelled';
  matched: number;
  done: number;
  /** It was so already, or the instance had ended. */
  skipped: number;
  failed: number;
  /** Between 0 and 1. */
  share: number;
  /** The failures by their code, with some of the instances. */
  problems: { code: string; count: number; message: string; instances: string[] }[];
  createdAt: Time;
  createdBy: string;
  endedAt: Time | null;
};
