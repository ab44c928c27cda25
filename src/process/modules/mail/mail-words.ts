/** The words of a mail: those of the definition, filled from the variables, or the notice that a task waits. */
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import { type Words, wordsFor } from './language.ts';
import type { Letter } from './mail.ts';
import type { MailPayload } from './mail-payload.ts';
import { fill, fillHtml, fillSubject } from './render.ts';

type MailWords = Omit<Letter, 'to'>;
/** What a task is called, and what it is about. */
export type TaskDescription = {
  readonly name: Words;
  readonly businessKey: string | null;
  readonly dueAt?: number | null;
};

const NOTICES = {
  en: {
    offer: 'A task waits for you',
    reminder: 'A task still waits',
    escalation: 'A task is overdue and waits for you now',
    due: 'Due',
    decide: 'Decide here',
    story: 'The whole story',
  },
  he: {
    offer: 'משימה ממתינה לך',
    reminder: 'משימה עדיין ממתינה',
    escalation: 'משימה באיחור וממתינה לך כעת',
    due: 'מועד',
    decide: 'להחלטה',
    story: 'הסיפור המלא',
  },
} as const;

export type WordsParts = {
  readonly instance: InstanceId | undefined;
  readonly task: TaskDescription | undefined;
  /** Where the pages are, for the links. */
  readonly publicUrl: string;
};

/** The words for somebody who reads these languages, the best one first. */
export function wordsOf(payload: MailPayload, wanted: readonly string[], parts: WordsParts): MailWords {
  const { subject, text = '', html, variables = {} } = payload;
  if (subject === undefined) return noticeOf(payload, wanted, parts);
  const [title, body] = [wordsFor(subject, wanted), wordsFor(text, wanted)];
  const marked = html === undefined ? undefined : wordsFor(html, wanted);
  return {
    language: body.language ?? title.language ?? marked?.language ?? null,
    subject: fillSubject(title.text, variables),
    text: fill(body.text, variables),
    html: marked === undefined ? null : fillHtml(marked.text, variables),
  };
}

function noticeOf(
  { node, task, why }: MailPayload,
  wanted: readonly string[],
  { instance, task: known, publicUrl }: WordsParts,
): MailWords {
  const language = wordsFor({ en: '', he: '' }, [...wanted, 'en']).language === 'he' ? 'he' : 'en';
  const words = NOTICES[language];
  const about = known?.businessKey == null ? '' : ` – ${known.businessKey}`;
  const title = `${wordsFor(known?.name ?? node, wanted).text}${about}`;
  const lines = [
    `${words[why ?? 'offer']}: ${title}`,
    ...(why === undefined || known?.dueAt == null ? [] : [`${words.due}: ${new Date(known.dueAt).toISOString()}`]),
    '',
    ...(task === undefined ? [] : [`${words.decide}: ${publicUrl}/inbox?task=${formatJobId(task as JobId)}`]),
    ...(instance === undefined ? [] : [`${words.story}: ${publicUrl}/instances/${formatInstanceId(instance)}`]),
  ];
  const own = language === 'en' ? null : language;
  return { language: own, subject: fillSubject(title, {}), text: lines.join('\n'), html: null };
}
