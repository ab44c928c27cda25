/**
 * A job that carries what a person decided in a task of a process back to the measurements. Its payload is made by the
 * process: the outcome and comment of the task, what was filled in, and the instance's variables with the evidence.
 */
import { z } from 'zod';
import { isMillraceError, messageOf } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { discard, fail, type Settlement } from '../kernel/settlement.ts';
import { label } from './input.ts';

/** Answers what became of it; throws only surprises. */
export type TaskJob = (payload: unknown) => Promise<Settlement>;

const firing = z.looseObject({ device: z.string(), anomalies: z.array(z.string()).default([]) });
const payloadSchema = z.looseObject({
  /** Stands for the task in the feed and makes a second run of the job harmless. */
  task: z.union([label.min(1), z.int().transform((id) => formatJobId(id as JobId))]),
  outcome: z.string(),
  /** What was filled in. */
  input: z.unknown().optional(),
  variables: z.looseObject({ device: z.string().exactOptional(), evidence: z.array(firing).default([]) }).prefault({}),
});
export type TaskPayload = z.output<typeof payloadSchema>;

/** Wrong input is discarded with its reason, since it would be as wrong the next time; anything else is tried again. */
export function taskJob(perform: (payload: TaskPayload) => Promise<Settlement>): TaskJob {
  return async (payload) => {
    const parsed = payloadSchema.safeParse(payload);
    if (!parsed.success) return discard(z.prettifyError(parsed.error));
    try {
      return await perform(parsed.data);
    } catch (error) {
      const isWrongInput = isMillraceError(error) && error.status < 500 && error.code !== 'store.conflict';
      return isWrongInput ? discard(error.message) : fail(messageOf(error));
    }
  };
}

/** What a job would be told of a task that is still open; undefined when it could not read it. */
export function draftOf(written: { readonly input: unknown; readonly variables: unknown }): TaskPayload | undefined {
  return payloadSchema.safeParse({ task: 'draft', outcome: '', ...written }).data;
}

/** The device that a task is about. */
export const deviceOfTask = ({ variables }: TaskPayload): string | undefined =>
  variables.device ?? variables.evidence[0]?.device;
