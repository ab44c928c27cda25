/** Where jobs are shown beside the store: what a server keeps there is a copy, and nobody decides by it. */
import type { Service } from '../../kernel/lifecycle.ts';

export type ShownJob = {
  /** The public id. */
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  /** It goes by itself after so long; null: it has not ended. */
  readonly ttlMs: number | null;
};

/** Written in this order. What is named replaces what was there. */
export type Shown = {
  readonly jobs?: readonly ShownJob[];
  /** Jobs whose rows are gone. */
  readonly goneJobs?: readonly string[];
  /** Waiting jobs of a kind, the next one first. */
  readonly queues?: readonly { readonly kind: string; readonly ids: readonly string[] }[];
  readonly workers?: readonly { readonly id: string; readonly text: string; readonly ttlMs: number }[];
  readonly goneWorkers?: readonly string[];
  /** Said once, to whoever listens. */
  readonly events?: readonly string[];
};

export interface MirrorServer extends Service {
  readonly isConnected: boolean;
  /** Called at each new connection: what was written before may be lost. */
  onUp(listener: () => void): void;
  /** Rejects when the server is away; then any part of it may have been written. */
  write(shown: Shown): Promise<void>;
  /** Jobs that are shown as not ended, `limit` at most. */
  liveJobs(limit: number): Promise<string[]>;
}
