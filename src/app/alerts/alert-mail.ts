/** What a mail about a check says: which check, its reason, since when, and where to look. */
import type { Instant } from '../../kernel/clock.ts';
import type { MailPayload } from '../../process/modules/mail/mail-payload.ts';
import type { Decided, Observed } from './alert.ts';

export type AlertMailParts = {
  /** A recipient list, `role:…`, `person:…` or an address. */
  readonly list: readonly string[];
  /** Where people reach the pages. */
  readonly publicUrl: string;
  /** The server that says so. */
  readonly server: string;
};

/** The page that shows more, by the first part of a path that fits. */
const PAGES: readonly (readonly [path: string, page: string])[] = [
  ['measurements/devices', '/devices'],
  ['measurements/analyses', '/analyses'],
  ['process/incidents', '/processes/incidents'],
  ['broker/', '/services/queues'],
];
const HEALTH = '/api/v1/health';

/** The words travel as variables, so that nothing in a reason is taken for a place to fill in. */
export function alertMail(
  { check, purpose, verdict, reason }: Observed,
  { row, mail }: Decided,
  { list, publicUrl, server }: AlertMailParts,
): MailPayload {
  const isOver = mail === 'recovered';
  const subject = isOver ? `${check} is well again` : `${check} ${verdict === 'fail' ? 'fails' : 'is degraded'}`;
  const [, page = HEALTH] = PAGES.find(([path]) => check.startsWith(path)) ?? [];
  const text = [
    `${check}: ${purpose}`,
    isOver ? `It passes since ${isoOf(row.changedAt)}.` : `Since ${isoOf(row.troubleAt ?? row.changedAt)}: ${verdict}.`,
    `${isOver ? 'Now' : 'Reason'}: ${reason}`,
    `Server: ${server}`,
    '',
    `Look here: ${publicUrl}${page}`,
    ...(page === HEALTH ? [] : [`All checks: ${publicUrl}${HEALTH}`]),
  ].join('\n');
  return { list: [...list], node: 'alert', subject: '{subject}', text: '{text}', variables: { subject, text } };
}

const isoOf = (at: Instant): string => new Date(at).toISOString();
