/** The words of a mail: those of the definition, filled from the variables, or the notice that a task waits. */
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import type { MailPayload } from './mail-payload.ts';
import { fill, fillSubject } from './render.ts';

export type MailWords = { readonly subject: string; readonly text: string };
/** What a task is called, and what it is about. */
export type TaskDescription = { readonly name: string; readonly businessKey: string | null };

export type WordsParts = {
  readonly instance: InstanceId | undefined;
  readonly task: TaskDescription | undefined;
  /** Where the pages are, for the links. */
  readonly publicUrl: string;
};

export function wordsOf(
  { node, task, subject, text = '', variables = {} }: MailPayload,
  { instance, task: known, publicUrl }: WordsParts,
): MailWords {
  if (subject !== undefined) return { subject: fillSubject(subject, variables), text: fill(text, variables) };
  const about = known?.businessKey == null ? '' : ` – ${known.businessKey}`;
  const title = `${known?.name ?? node}${about}`;
  const lines = [
    `A task waits for you: ${title}`,
    '',
    ...(task === undefined ? [] : [`Decide here: ${publicUrl}/inbox?task=${formatJobId(task as JobId)}`]),
    ...(instance === undefined ? [] : [`The whole story: ${publicUrl}/instances/${formatInstanceId(instance)}`]),
  ];
  return { subject: fillSubject(title, {}), text: lines.join('\n') };
}
