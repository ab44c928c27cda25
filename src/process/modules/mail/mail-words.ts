/** The words of a mail: those of the definition, filled from the variables, or the notice that a task waits. */
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import type { MailPayload } from './mail-payload.ts';
import { fill, fillSubject } from './render.ts';

export type MailWords = { readonly subject: string; readonly text: string };
/** What a task is called, and what it is about. */
export type TaskDescription = {
  readonly name: string;
  readonly businessKey: string | null;
  readonly dueAt?: number | null;
};

const NEWS = {
  offer: 'A task waits for you',
  reminder: 'A task still waits',
  escalation: 'A task is overdue and waits for you now',
} as const;

export type WordsParts = {
  readonly instance: InstanceId | undefined;
  readonly task: TaskDescription | undefined;
  /** Where the pages are, for the links. */
  readonly publicUrl: string;
};

export function wordsOf(
  { node, task, why, subject, text = '', variables = {} }: MailPayload,
  { instance, task: known, publicUrl }: WordsParts,
): MailWords {
  if (subject !== undefined) return { subject: fillSubject(subject, variables), text: fill(text, variables) };
  const about = known?.businessKey == null ? '' : ` – ${known.businessKey}`;
  const title = `${known?.name ?? node}${about}`;
  const lines = [
    `${NEWS[why ?? 'offer']}: ${title}`,
    ...(why === undefined || known?.dueAt == null ? [] : [`Due: ${new Date(known.dueAt).toISOString()}`]),
    '',
    ...(task === undefined ? [] : [`Decide here: ${publicUrl}/inbox?task=${formatJobId(task as JobId)}`]),
    ...(instance === undefined ? [] : [`The whole story: ${publicUrl}/instances/${formatInstanceId(instance)}`]),
  ];
  return { subject: fillSubject(title, {}), text: lines.join('\n') };
}
