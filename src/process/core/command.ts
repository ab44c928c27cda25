/** What can be asked of a process instance. */
import type { JobId } from '../../kernel/ids.ts';
import type { Firing } from './firing.ts';
import type { Variables } from './state.ts';

export type Result =
  | { readonly kind: 'done'; readonly outcome: string; readonly variables?: Variables; readonly comment?: string }
  | { readonly kind: 'failed'; readonly message: string };

export type Command =
  | {
      readonly type: 'start';
      readonly businessKey: string | null;
      readonly variables: Variables;
      readonly firings?: readonly Firing[];
    }
  /** A job or task of this instance has its final result. */
  | { readonly type: 'settle'; readonly job: JobId; readonly kind: string; readonly result: Result }
  | { readonly type: 'message'; readonly name: string; readonly key: string; readonly variables: Variables }
  | { readonly type: 'firing'; readonly firing: Firing }
  /** What is stuck is tried again: a token, or a job beside an activity by the number of its failure. */
  | { readonly type: 'retry'; readonly token: number }
  | { readonly type: 'cancel'; readonly reason?: string };
