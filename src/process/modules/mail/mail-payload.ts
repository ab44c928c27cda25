/** What a mail job is told: the words of a mail node, or that a task is offered. */
import { z } from 'zod';

const words = z.union([z.string(), z.record(z.string(), z.string())]);

export const mailPayload = z.object({
  /** A recipient list, `role:…`, `person:…` or an address; or several of them. */
  list: z.union([z.string(), z.array(z.string())]),
  node: z.string(),
  /** The task that is offered; its notice has words of its own. */
  task: z.number().optional(),
  /** Why the mail about a task comes; default: it is offered. */
  why: z.enum(['reminder', 'escalation']).optional(),
  subject: words.optional(),
  text: words.optional(),
  html: words.optional(),
  /** Who gets the answers; written as `list`. */
  replyTo: z.array(z.string()).optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
  /** It must not be repeated: where nobody knows whether it went out, a person decides. */
  isOnce: z.boolean().optional(),
  /** How often the job is tried; default: as often as a job that says nothing. */
  maxAttempts: z.number().optional(),
  /** The job of this step before it, which failed for some: the others have got the mail. */
  after: z.number().optional(),
});
export type MailPayload = z.output<typeof mailPayload>;

export const namesIn = ({ list }: Pick<MailPayload, 'list'>): readonly string[] => [list].flat();
