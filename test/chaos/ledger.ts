/** What the server has acknowledged: the promises it is held to after every restart. */
export type Verdict = 'confirmed' | 'rejected' | 'done';

/** Looked at again in each round, of what was looked at before. */
const SAMPLE = 50;

/** Promises of one kind. New ones are looked at in the next round, older ones now and then, all of them in the end. */
export class Promises<Kept> {
  readonly all = new Map<string, Kept>();
  #fresh = new Set<string>();

  make(id: string, kept: Kept): void {
    this.all.set(id, kept);
    this.#fresh.add(id);
  }

  /** The new ones and some of the others. */
  some(random: () => number): [string, Kept][] {
    const ids = this.#fresh;
    this.#fresh = new Set();
    const old = [...this.all.keys()];
    for (let n = 0; n < SAMPLE; n++) ids.add(old[Math.floor(random() * old.length)] ?? '');
    return [...this.all].filter(([id]) => ids.has(id));
  }
}

export class Ledger {
  /** Instances whose start was answered, with their business key. */
  readonly started = new Promises<string>();
  /** Tasks whose completion was answered, with the outcome. */
  readonly completed = new Promises<Verdict>();
  /** Rows of measurements that were answered, as they were sent. */
  readonly readings = new Promises<object>();
  /** Business keys whose message was answered. */
  readonly messages = new Set<string>();
  /** Tasks that were answered with success more than once: must stay empty. */
  readonly twice: string[] = [];
  /** Answers that no client should get. */
  readonly odd: string[] = [];
  calls = 0;
  refused = 0;
  cutOff = 0;

  complete(task: string, outcome: Verdict): void {
    if (this.completed.all.has(task)) this.twice.push(task);
    this.completed.make(task, outcome);
  }
}
