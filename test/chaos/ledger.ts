/** What the server has acknowledged: the promises it is held to after every restart. */
export type Verdict = 'confirmed' | 'rejected' | 'done';

export class Ledger {
  /** Instances whose start was answered. */
  readonly started = new Set<string>();
  /** Tasks whose completion was answered, with the outcome. */
  readonly completed = new Map<string, Verdict>();
  /** Tasks that were answered with success more than once: must stay empty. */
  readonly twice: string[] = [];
  calls = 0;
  refused = 0;
  broken = 0;

  acknowledge(task: string, outcome: Verdict): void {
    if (this.completed.has(task)) this.twice.push(task);
    this.completed.set(task, outcome);
  }
}
