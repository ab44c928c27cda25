/** What jobs, messages and other instances bring to an instance, whoever commands it: a suspended one keeps it until it goes on. */
import type { InstanceId, JobId } from '../../kernel/ids.ts';
import type { Firing } from './firing.ts';

type Variables = Readonly<Record<string, unknown>>;

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

export type Brought =
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
  /** More iterations of a multi-instance activity begin, by the scope they are in. */
  | { readonly type: 'continue'; readonly scope: number };
