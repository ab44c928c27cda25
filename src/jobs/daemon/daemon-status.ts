/** What a daemon knows of itself. */
export type DaemonStatus = {
  readonly id: string;
  readonly state: 'running' | 'draining';
  readonly kinds: readonly string[];
  readonly concurrency: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly isDeskAway: boolean;
  /** When its loop of claims came round last, whatever the desk answered. */
  readonly fetchedAt: number;
  /** When its loop of heartbeats came round last. */
  readonly beatenAt: number;
};
