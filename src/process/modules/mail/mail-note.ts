/** What came of a try to send a mail, written down and told. */
import { formatJobId, type JobId } from '../../../kernel/ids.ts';
import { plantFeed } from '../../../store/feed.ts';
import type { Store } from '../../../store/store.ts';
import { append, isEqual, set, type Write } from '../../../store/unit.ts';
import { type MailRow, type MailState, mailFamily } from './mail.ts';
import type { MailMetrics } from './metrics.ts';

type Noting = { readonly store: Store; readonly metrics?: MailMetrics };
export type Note = Partial<Pick<MailRow, 'error' | 'waiting' | 'refused'>> & { readonly state: MailState };

/** What another worker has noted meanwhile stays. */
export async function note(mail: MailRow, { state, ...columns }: Note, { store, metrics }: Noting): Promise<void> {
  const at = store.now();
  const sentAt = state === 'sent' ? at : null;
  const guards = [isEqual(mailFamily, [mail.id], ['state', mail.state])];
  const writes = [set(mailFamily, [mail.id], { state, sentAt, ...columns })];
  const isNew = state !== mail.state;
  const [verdict] = await store.commit([{ guards, writes: isNew ? [...writes, told(mail, state, at)] : writes }]);
  if (isNew && verdict === 'ok') metrics?.became(state);
}

export function told({ id, list }: Pick<MailRow, 'id' | 'list'>, state: MailState, at: number): Write {
  const body = JSON.stringify({ v: 1, state, list });
  const topic = `millrace.process.mail.${state}`;
  return append(plantFeed, { topic, subject: formatJobId(id as JobId), at, actor: 'system', body });
}

/** A person has said of a held mail that it went out: it is sent, in the commit of the answer. Nothing where it is no mail. */
export async function wentOut(job: number, store: Store): Promise<readonly Write[]> {
  const mail = await store.get(mailFamily, [job]);
  if (mail === undefined || mail.state === 'sent') return [];
  const at = store.now();
  return [set(mailFamily, [job], { state: 'sent', waiting: '[]', error: null, sentAt: at }), told(mail, 'sent', at)];
}
