/** What a mail job is told: the words of a mail node, or that a task is offered. */
import { z } from 'zod';

export const mailPayload = z.object({
  /** A recipient list. */
  list: z.string(),
  node: z.string(),
  /** The task that is offered; its notice has words of its own. */
  task: z.number().optional(),
  /** Why the mail about a task comes; default: it is offered. */
  why: z.enum(['reminder', 'escalation']).optional(),
  subject: z.string().optional(),
  text: z.string().optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
});
export type MailPayload = z.output<typeof mailPayload>;
