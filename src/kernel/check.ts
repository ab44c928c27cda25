/** A check is one built-in test: what it looks at, and how to look. Domains declare theirs; the runner is elsewhere. */
export type Verdict = 'pass' | 'degraded' | 'fail';
export type CheckResult = { readonly verdict: Verdict; readonly reason: string };
export type Check = {
  /** Where it stands in the tree, for example "store/commit". */
  readonly path: string;
  /** One sentence an operator understands. */
  readonly purpose: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly run: (signal: AbortSignal) => Promise<CheckResult>;
};
