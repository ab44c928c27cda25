/**
 * What a transition asks of the world: rows of jobs, tasks, subscriptions and incidents. The engine turns actions into
 * writes of the same unit; `advance` itself touches nothing.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { JobId } from '../../kernel/ids.ts';
import type { IncidentCode } from './state.ts';

export type Action =
  | {
      readonly type: 'createJob';
      readonly job: JobId;
      readonly kind: string;
      readonly payload: unknown;
      /** The token that waits for it; 0 for a job beside an activity, which nobody waits for. */
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
/** The subscription name of a criterion. */
export const criterionMessage = (criterion: string): string => `${CRITERION_PREFIX}${criterion}`;
export const isCriterionMessage = (name: string): boolean => name.startsWith(CRITERION_PREFIX);
const CRITERION_PREFIX = 'criterion:';
