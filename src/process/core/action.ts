/**
 * What a transition asks of the world: rows of jobs, tasks, subscriptions and incidents. The engine turns actions into
 * writes of the same unit; `advance` itself touches nothing.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import type { Returned } from './brought.ts';
import type { Command } from './command.ts';
import type { IncidentCode, Variables } from './state.ts';

/**
 * What goes from one instance to others. It leaves as a job of the same unit and arrives after the commit, at least once;
 * whoever receives it twice notices.
 */
export type Delivery =
  | {
      readonly to: 'message';
      readonly name: string;
      readonly key: string;
      readonly variables: Variables;
      readonly ttlMs: number;
    }
  | { readonly to: 'signal'; readonly name: string; readonly variables: Variables }
  | {
      readonly to: 'child';
      readonly child: InstanceId;
      readonly definition: string;
      readonly version?: number;
      readonly businessKey: string | null;
      readonly variables: Variables;
    }
  | { readonly to: 'instance'; readonly instance: InstanceId; readonly command: Extract<Command, { type: 'cancel' }> }
  /** Work of this instance that is left for a commit of its own. */
  | { readonly to: 'self'; readonly command: Extract<Command, { type: 'continue' | 'resume' }> }
  | {
      readonly to: 'parent';
      readonly parent: InstanceId;
      readonly result: Returned;
      /** The delivery before it; this one waits until that has arrived. */
      readonly after?: JobId;
    };

export type Action =
  | {
      readonly type: 'createJob';
      readonly job: JobId;
      readonly kind: string;
      readonly payload: unknown;
      /** The token or scope that waits for it; 0 for a job beside an activity, which nobody waits for. */
      readonly token: number;
      readonly priority: number;
      readonly maxAttempts: number;
      /** Not before this instant; undefined: at once. */
      readonly dueAt?: Instant;
    }
  | {
      readonly type: 'offerTask';
      readonly job: JobId;
      readonly token: number;
      readonly node: string;
      readonly role: string;
      readonly outcomes: readonly string[];
      readonly commentOn: readonly string[];
      readonly priority: number;
      readonly dueAt?: Instant;
      readonly followUpAt?: Instant;
      /** The job that rings its alarms. */
      readonly alarm?: JobId;
      readonly notBy?: readonly string[];
    }
  | { readonly type: 'deliver'; readonly job: JobId; readonly delivery: Delivery }
  /** The activity of an open task has become another one: its name, role and outcomes. */
  | {
      readonly type: 'reviseTask';
      readonly job: JobId;
      readonly node: string;
      readonly role: string;
      readonly outcomes: readonly string[];
      readonly commentOn: readonly string[];
      readonly priority: number;
      readonly notBy?: readonly string[];
    }
  | { readonly type: 'withdrawJob'; readonly job: JobId; readonly kind: string }
  | { readonly type: 'withdrawTask'; readonly job: JobId }
  /** A job that failed for good begins anew, with all its attempts. */
  | { readonly type: 'replayJob'; readonly job: JobId; readonly kind: string }
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly token: number; readonly name: string; readonly key: string }
  | {
      readonly type: 'raiseIncident';
      readonly token: number;
      readonly node: string;
      readonly code: IncidentCode;
      readonly message: string;
    }
  | { readonly type: 'resolveIncident'; readonly token: number; readonly node: string };

/** The kind of the job that is a timer: it is done as soon as it is due. */
export const TIMER_KIND = 'timer';
/** The kind of the job that sends a mail. */
export const MAIL_KIND = 'mail';
/** The same of a mail that must not be repeated: a person is asked when its worker was lost. */
export const MAIL_ONCE_KIND = 'mail.once';
/** The kind of the job that carries a delivery. */
export const DELIVERY_KIND = 'process.deliver';
/** The subscription name of a criterion. */
export const criterionMessage = (criterion: string): string => `${CRITERION_PREFIX}${criterion}`;
export const isCriterionMessage = (name: string): boolean => name.startsWith(CRITERION_PREFIX);
const CRITERION_PREFIX = 'criterion:';
/** The subscription name of a signal; its key is empty. */
export const signalMessage = (signal: string): string => `${SIGNAL_PREFIX}${signal}`;
export const isSignalMessage = (name: string): boolean => name.startsWith(SIGNAL_PREFIX);
const SIGNAL_PREFIX = 'signal:';
