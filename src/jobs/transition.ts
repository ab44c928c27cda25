/**
 * Which state a job may come from and go to, verb by verb. The one table of the job's life: decisions look the states up
 * here, the documentation and the pages print it, and the model test walks it against every store.
 */
import type { JobState } from './job.ts';

export type JobVerb = keyof typeof TRANSITIONS;

export const TRANSITIONS = {
  /** Its time has come. A job with a key asks for its turn first. */
  promote: { from: ['scheduled'], to: ['ready', 'blocked'] },
  /** Its key has room, or its children have ended; `dead`: one of them failed and that is the parent's end too. */
  admit: { from: ['blocked'], to: ['ready', 'dead'] },
  claim: { from: ['ready'], to: ['leased'] },
  /** The worker gave it back untouched. */
  release: { from: ['leased'], to: ['ready'] },
  /** Nobody heard of its worker in time. */
  lose: { from: ['leased'], to: ['ready', 'unknown', 'quarantined'] },
  done: { from: ['leased'], to: ['done'] },
  fail: { from: ['leased'], to: ['scheduled', 'dead'] },
  error: { from: ['leased'], to: ['dead'] },
  snooze: { from: ['leased'], to: ['scheduled'] },
  discard: { from: ['leased'], to: ['dead'] },
  /** A person said whether it happened. */
  resolve: { from: ['unknown'], to: ['done', 'ready'] },
  cancel: { from: ['scheduled', 'blocked', 'ready', 'leased', 'unknown'], to: ['cancelled'] },
  replay: { from: ['dead', 'quarantined', 'cancelled', 'unknown'], to: ['ready', 'blocked'] },
  /** Taken off the dead set: a person has seen it and wants it no more. */
  bury: { from: ['dead', 'quarantined'], to: ['cancelled'] },
} as const satisfies Record<string, { readonly from: readonly JobState[]; readonly to: readonly JobState[] }>;

/** Whether the verb may be used on a job in this state. */
export const may = (verb: JobVerb, state: string): boolean =>
  (TRANSITIONS[verb].from as readonly string[]).includes(state);
