/** Recipient lists: whom the mails of a step go to; and the mails. */
import { z } from 'zod';
import type { RecipientList } from '../../../access/recipients.ts';
import type { RecipientList as WireList } from '../../../client/wire-access.ts';
import type { Mail } from '../../../client/wire-process.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import {
  addressesIn,
  lettersIn,
  type MailRow,
  type MailState,
  mailFamily,
} from '../../../process/modules/mail/mail.ts';
import { listPage, numberPlace, pageOf, pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { instanceIdText, isoTime, isoTimeOrNull, jobIdText, text, time } from '../wire-schema.ts';

const area = 'Mails';
const member = z.strictObject({ kind: z.enum(['address', 'role', 'person']), value: text(320) });
const members = z.array(member).max(1_000);
const MEMBER_ERRORS = [
  'access.invalid-address',
  'access.invalid-role',
  'access.unknown-person',
  'access.too-many-members',
] as const;

const listSchema = z.strictObject({
  name: z.string(),
  members: z.array(member),
  updatedAt: time,
  updatedBy: z.string(),
}) satisfies z.ZodType<WireList>;

const list = route({
  method: 'GET',
  path: '/api/v1/recipients',
  audience: 'readers',
  area,
  summary: 'Lists recipient lists by name.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(listSchema) },
  run: async ({ query, services }) =>
    listPage(await services.access.recipients.list(), query, { key: ({ name }) => name, item: listOf }),
});

const create = route({
  method: 'POST',
  path: '/api/v1/recipients',
  audience: ['engineer'],
  area,
  summary: 'Makes a recipient list.',
  errors: ['access.invalid-name', ...MEMBER_ERRORS, 'access.list-exists'],
  body: z.strictObject({ name: text(100), members }),
  answer: { status: 201, schema: listSchema },
  run: async ({ body, principal, services }) =>
    listOf(await services.access.recipients.create(body.name, body.members, principal.id)),
});

const change = route({
  method: 'PATCH',
  path: '/api/v1/recipients/:name',
  audience: ['engineer'],
  area,
  summary: 'Sets who is on a list; the next mail goes to them.',
  errors: ['access.unknown-list', ...MEMBER_ERRORS],
  params: z.strictObject({ name: text(100) }),
  body: z.strictObject({ members }),
  answer: { status: 200, schema: listSchema },
  run: async ({ params: { name }, body, principal, services }) =>
    listOf(await services.access.recipients.change(name, body.members, principal.id)),
});

const letter = z
  .strictObject({
    language: z.string().nullable(),
    to: z.array(z.string()),
    subject: z.string(),
    text: z.string(),
    html: z.string().nullable(),
  })
  .describe('The mail in one language, and who gets it so.');

const mails = route({
  method: 'GET',
  path: '/api/v1/mails',
  audience: 'readers',
  area,
  summary: 'Lists mails, the newest first. kept: no mail server is configured, and it is to be read here.',
  query: z.strictObject(paging),
  answer: {
    status: 200,
    schema: pageSchema(
      z.strictObject({
        id: jobIdText,
        list: z.string(),
        to: z.array(z.string()),
        replyTo: z.array(z.string()),
        subject: z.string(),
        text: z.string(),
        letters: z.array(letter),
        state: z.enum(['queued', 'sent', 'kept', 'failed']),
        error: z.string().nullable(),
        at: time,
        sentAt: time.nullable(),
        instance: instanceIdText.nullable(),
      }) satisfies z.ZodType<Mail>,
    ),
  },
  run: async ({ query: { limit, cursor }, services }) => {
    const before = numberPlace(cursor);
    const rows = await services.store.select(mailFamily, {
      order: ['-id'],
      limit: limit + 1,
      ...(before !== undefined && { after: [before] }),
    });
    return pageOf(rows, { limit, place: ({ id }) => [id], item: mailOf });
  },
});

export const recipientRoutes: readonly Route[] = [list, create, change, mails];

const listOf = ({ name, members: on, updatedAt, updatedBy }: RecipientList): WireList => ({
  name,
  members: on.map((one) => ({ ...one })),
  updatedAt: isoTime(updatedAt),
  updatedBy,
});

function mailOf(mail: MailRow): Mail {
  const { id, list: to, recipients, replyTo, subject, body, state, error, createdAt, sentAt, instance } = mail;
  return {
    id: formatJobId(id as JobId),
    list: to,
    to: [...addressesIn(recipients)],
    replyTo: [...addressesIn(replyTo)],
    subject,
    text: body,
    letters: lettersIn(mail).map((one) => ({ ...one, to: [...one.to] })),
    state: state as MailState,
    error,
    at: isoTime(createdAt),
    sentAt: isoTimeOrNull(sentAt),
    instance: instance === null ? null : formatInstanceId(instance as InstanceId),
  };
}
