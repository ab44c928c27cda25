/** What operators watch of mails: how many came into which state. */
import type { Metrics } from '../../../kernel/metrics.ts';
import type { MailState } from './mail.ts';

export type MailMetrics = {
  became(state: MailState): void;
};

export function mailMetrics(metrics: Metrics): MailMetrics {
  const mails = metrics.counter('millrace_mails', 'Mails that came into a state.');
  return { became: (state) => mails.add(1, { state }) };
}
