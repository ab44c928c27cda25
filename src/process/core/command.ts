/** What can be asked of a process instance. */
import type { InstanceId } from '../../kernel/ids.ts';
import type { Brought } from './brought.ts';
import type { Firing } from './firing.ts';
import type { Variables } from './state.ts';

export type Command =
  | Brought
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
  /** More activities of an ad-hoc sub-process are begun. */
  | { readonly type: 'activate'; readonly node: string; readonly activities: readonly string[] }
  | Mending
  | { readonly type: 'cancel'; readonly reason?: string };

/** What an operator does to an instance to mend it; also while it is suspended. */
export type Mending =
  /** People can do nothing in it until it is resumed; what comes meanwhile is kept. */
  | { readonly type: 'suspend'; readonly reason?: string }
  /** It goes on: what was kept is taken in, in its order. */
  | { readonly type: 'resume' /** The rest of a resumption that is under way. */; readonly isRest?: true }
  /** What is stuck is tried again: a token, or a job beside an activity by the number of its failure. */
  | { readonly type: 'retry'; readonly token: number; readonly variables?: Variables }
  /** What is stuck counts as done; without an outcome, with its first. */
  | {
      readonly type: 'resolve';
      readonly token: number;
      readonly outcome?: string;
      readonly variables?: Variables;
      readonly comment?: string;
    }
  /** Variables of a scope are set, each as a whole; those that are named in `remove` are gone. Default: the outermost scope. */
  | {
      readonly type: 'variables';
      readonly scope?: number;
      readonly set: Variables;
      readonly remove?: readonly string[];
    }
  /** A token is taken away from where it waits, and put before another node. */
  | { readonly type: 'move'; readonly token: number; readonly to: string }
  /** The instance goes on by another version of its definition; `nodes` names those that are called otherwise there. */
  | { readonly type: 'migrate'; readonly version: number; readonly nodes: Readonly<Record<string, string>> };
