/** What can be asked of a process instance. */
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import type { Firing } from './firing.ts';
import type { Variables } from './state.ts';

export type Result =
  | { readonly kind: 'done'; readonly outcome: string; readonly variables?: Variables; readonly comment?: string }
  /** A BPMN error: whoever catches it decides what happens. */
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly variables?: Variables }
  | { readonly kind: 'failed'; readonly message: string };

/** What a called instance has to tell the one that called it. */
export type Returned =
  | { readonly kind: 'done'; readonly variables: Variables }
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly variables: Variables }
  | { readonly kind: 'escalation'; readonly code: string; readonly variables: Variables }
  | { readonly kind: 'cancelled'; readonly reason?: string }
  /** It has ended, and what it brings cannot be taken. */
  | { readonly kind: 'failed'; readonly message: string };

export type Command =
  | {
      readonly type: 'start';
      readonly businessKey: string | null;
      readonly variables: Variables;
      readonly firings?: readonly Firing[];
      /** The start event that happened; default: those that wait for nothing. */
      readonly at?: string;
      /** The instance that called this one. */
      readonly parent?: InstanceId;
    }
  /** A job or task of this instance has its final result. */
  | {
      readonly type: 'settle';
      readonly job: JobId;
      readonly kind: string;
      readonly result: Result;
      /** Of a task: who did it, and the person for whom. */
      readonly by?: readonly string[];
    }
  | { readonly type: 'message'; readonly name: string; readonly key: string; readonly variables: Variables }
  | { readonly type: 'signal'; readonly name: string; readonly variables: Variables }
  | { readonly type: 'firing'; readonly firing: Firing }
  | { readonly type: 'returned'; readonly child: InstanceId; readonly result: Returned }
  /** More activities of an ad-hoc sub-process are begun. */
  | { readonly type: 'activate'; readonly node: string; readonly activities: readonly string[] }
  /** More iterations of a multi-instance activity begin, by the scope they are in. */
  | { readonly type: 'continue'; readonly scope: number }
  /** What is stuck is tried again: a token, or a job beside an activity by the number of its failure. */
  | { readonly type: 'retry'; readonly token: number }
  | { readonly type: 'cancel'; readonly reason?: string };
