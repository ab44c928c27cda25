/** Mail jobs over the model store and a real mail server: what is sent to whom, how often, and what is written down. */
import { describe, expect, it } from 'vitest';
import { type FreshSmtpServer, freshSmtpServer, refuse, type SmtpScript } from '../../../../test/fresh-smtp-server.ts';
import { openSmtpMailer } from '../../../adapters/smtp/smtp-mailer.ts';
import { families } from '../../../app/families.ts';
import { openSpine } from '../../../app/spine.ts';
import { startWorker } from '../../../jobs/worker.ts';
import { VirtualClock } from '../../../kernel/clock.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import { silentLog } from '../../../kernel/log.ts';
import { seededRandom } from '../../../kernel/random.ts';
import { plantFeed } from '../../../store/feed.ts';
import { LOG_START } from '../../../store/store.ts';
import { put } from '../../../store/unit.ts';
import { ModelDisk, openModelStore } from '../../../testing/model-store.ts';
import { DEFAULT_ATTEMPTS } from '../../core/work.ts';
import { type MailRow, mailFamily } from './mail.ts';
import { type MailJobParts, type Recipient, sendMail } from './mail-job.ts';

const START = Date.UTC(2026, 0, 5, 6);
const id = 65 as JobId;
const instance = 33 as InstanceId;
const owner = { kind: 'process', id: instance, seq: 1 };
const node = { list: 'operators', node: 'tell', subject: 'Stop of {line}', text: 'Line {line} stands.' };
const payload = { ...node, variables: { line: 'north' } };

async function plant(script: SmtpScript = {}) {
  const clock = new VirtualClock(START);
  const store = openModelStore({ disk: new ModelDisk(), families, clock });
  const server = await freshSmtpServer(script);
  const mailer = await openSmtpMailer({ url: server.url, from: 'millrace@plant.example' });
  const lists = new Map<string, Recipient[]>([
    [
      'operators',
      [
        { name: 'Dana', address: 'dana@plant.example' },
        { name: 'Shift', address: 'shift@plant.example' },
      ],
    ],
    ['nobody', []],
  ]);
  const parts: MailJobParts = {
    store,
    log: silentLog,
    mailer,
    resolveRecipients: async (list) => lists.get(list),
    describeTask: async () => ({ name: 'Check the press', businessKey: 'press-4' }),
    publicUrl: 'http://millrace.plant.example',
  };
  return {
    clock,
    store,
    server,
    lists,
    parts,
    send: (job: { payload?: unknown; attempt?: number } = {}, others: Partial<MailJobParts> = {}) =>
      sendMail({ id, payload, attempt: 1, owner, ...job }, { ...parts, ...others }),
    row: () => store.get(mailFamily, [id]),
    topics: async () => (await store.tail(plantFeed, LOG_START, 100)).rows.map(({ topic }) => topic),
    async [Symbol.asyncDispose]() {
      await mailer.close();
      await server.stop();
      await store.close();
    },
  };
}

const headerOf = (server: FreshSmtpServer, place: number, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)\r$`, 'm').exec(server.received[place]?.raw ?? '')?.[1];

describe('a mail of a process', () => {
  it('goes to everybody on the list, with the variables filled in, and is written down', async () => {
    await using mails = await plant();
    expect(await mails.send()).toEqual({ kind: 'done', outcome: 'done' });
    expect(mails.server.received).toMatchObject([{ recipients: ['dana@plant.example', 'shift@plant.example'] }]);
    expect(headerOf(mails.server, 0, 'Subject')).toBe('Stop of north');
    expect(mails.server.received[0]?.raw).toContain('Line north stands.');
    const row = await mails.row();
    expect(row).toEqual({
      id,
      messageId: expect.stringMatching(/^<job_00000000021\.[0-9a-z]+@millrace>$/),
      instance,
      list: 'operators',
      recipients: '["dana@plant.example","shift@plant.example"]',
      waiting: '[]',
      subject: 'Stop of north',
      body: 'Line north stands.',
      state: 'sent',
      error: null,
      createdAt: START,
      sentAt: START,
    });
    expect(headerOf(mails.server, 0, 'Message-ID')).toBe(row?.messageId);
    expect(await mails.topics()).toEqual(['millrace.process.mail.queued', 'millrace.process.mail.sent']);
  });

  it('is not sent again when only the settlement was lost in a crash', async () => {
    await using mails = await plant();
    await mails.send();
    expect(await mails.send({ attempt: 1 })).toEqual({ kind: 'done', outcome: 'done' });
    expect(mails.server.received).toHaveLength(1);
    expect(await mails.topics()).toHaveLength(2);
  });

  it('is repeated once with the same Message-ID when the crash came before it was written down', async () => {
    await using mails = await plant();
    await mails.send();
    const row = (await mails.row()) as MailRow;
    const asBefore = { ...row, state: 'queued', waiting: row.recipients, sentAt: null };
    await mails.store.commit([{ guards: [], writes: [put(mailFamily, asBefore)] }]);
    await mails.clock.advance(60_000);
    await mails.send();
    expect(mails.server.received).toHaveLength(2);
    expect(headerOf(mails.server, 1, 'Message-ID')).toBe(headerOf(mails.server, 0, 'Message-ID'));
  });

  it('has another Message-ID than the mail of another job, also in a plant that began anew', async () => {
    await using first = await plant();
    await using second = await plant();
    await second.clock.advance(1);
    await first.send();
    await second.send();
    expect((await first.row())?.messageId).not.toBe((await second.row())?.messageId);
  });

  it('is tried again while the server cannot take it, the same mail to the same people, and is given up at last', async () => {
    let isDown = true;
    await using mails = await plant({ onMail: () => isDown && refuse(452, 'Disk full') });
    expect(await mails.send({ attempt: 1 })).toMatchObject({
      kind: 'fail',
      error: expect.stringContaining('Disk full'),
    });
    expect(await mails.row()).toMatchObject({ state: 'queued', error: expect.stringContaining('Disk full') });
    expect(await mails.send({ attempt: DEFAULT_ATTEMPTS })).toMatchObject({ kind: 'fail' });
    expect(await mails.row()).toMatchObject({ state: 'failed', sentAt: null });
    isDown = false;
    mails.lists.set('operators', [{ name: 'New', address: 'new@plant.example' }]);
    await mails.clock.advance(60_000);
    expect(await mails.send({ attempt: 1 }), 'replayed by a person').toMatchObject({ kind: 'done' });
    expect(await mails.row()).toMatchObject({ state: 'sent', error: null, createdAt: START, sentAt: START + 60_000 });
    expect(mails.server.received).toMatchObject([{ recipients: ['dana@plant.example', 'shift@plant.example'] }]);
    expect(await mails.topics()).toEqual(['queued', 'failed', 'sent'].map((state) => `millrace.process.mail.${state}`));
  });

  it('is given up at once when the server refuses it for good', async () => {
    await using mails = await plant({ onMail: () => refuse(554, 'Looks like spam') });
    const reason = expect.stringContaining('554 Looks like spam');
    expect(await mails.send()).toEqual({ kind: 'discard', reason });
    expect(await mails.row()).toMatchObject({ state: 'failed', error: reason });
  });

  it('counts as sent when some recipients are refused for good, and says who', async () => {
    await using mails = await plant({
      onRecipient: (address) => address.startsWith('shift') && refuse(550, 'Unknown'),
    });
    expect(await mails.send()).toMatchObject({ kind: 'done' });
    const error = 'Refused for shift@plant.example (550 Unknown)';
    expect(await mails.row()).toMatchObject({ state: 'sent', error, waiting: '[]' });
  });

  it('is tried again for those alone who could not be reached yet', async () => {
    let isBusy = true;
    const onRecipient = (address: string) => isBusy && address.startsWith('shift') && refuse(451, 'Greylisted');
    await using mails = await plant({ onRecipient });
    const error = 'Not yet taken for shift@plant.example (451 Greylisted)';
    expect(await mails.send({ attempt: 1 })).toEqual({ kind: 'fail', error });
    expect(await mails.row()).toMatchObject({ state: 'queued', error, waiting: '["shift@plant.example"]' });
    isBusy = false;
    expect(await mails.send({ attempt: 2 })).toMatchObject({ kind: 'done' });
    expect(mails.server.received.map(({ recipients }) => recipients)).toEqual([
      ['dana@plant.example'],
      ['shift@plant.example'],
    ]);
    expect(headerOf(mails.server, 1, 'Message-ID')).toBe(headerOf(mails.server, 0, 'Message-ID'));
    expect(await mails.row()).toMatchObject({ state: 'sent', error: null, waiting: '[]' });
  });

  it('is kept where no mail server is configured, or nobody is on the list, and the process goes on', async () => {
    await using mails = await plant();
    expect(await mails.send({}, { mailer: undefined })).toMatchObject({ kind: 'done' });
    expect(await mails.row()).toMatchObject({ state: 'kept', error: null, body: 'Line north stands.' });
    await using others = await plant();
    expect(await others.send({ payload: { ...payload, list: 'nobody' } })).toMatchObject({ kind: 'done' });
    expect(await others.row()).toMatchObject({ state: 'kept', error: 'Nobody on the list has an address.' });
    expect(await others.topics()).toEqual(['millrace.process.mail.kept']);
    expect([...mails.server.received, ...others.server.received]).toEqual([]);
  });

  it('waits for a list that does not exist yet', async () => {
    await using mails = await plant();
    const unknown = { ...payload, list: 'later' };
    const error = 'There is no recipient list "later". Create it, then retry.';
    expect(await mails.send({ payload: unknown })).toEqual({ kind: 'fail', error });
    mails.lists.set('later', [{ name: 'Dana', address: 'dana@plant.example' }]);
    expect(await mails.send({ payload: unknown, attempt: 2 })).toMatchObject({ kind: 'done' });
    expect(mails.server.received).toHaveLength(1);
    expect(await mails.row()).toMatchObject({ state: 'sent', list: 'later' });
  });

  it('is given up when its payload is none', async () => {
    await using mails = await plant();
    for (const wrong of [null, {}, { list: 1, node: 'x' }]) {
      expect(await mails.send({ payload: wrong })).toMatchObject({ kind: 'discard' });
    }
  });

  it('tells of a task that waits, with a link to it and to its story', async () => {
    await using mails = await plant();
    const task = 77 as JobId;
    await mails.send({ payload: { list: 'operators', node: 'operator', task } });
    expect(await mails.row()).toMatchObject({
      subject: 'Check the press – press-4',
      body: [
        'A task waits for you: Check the press – press-4',
        '',
        `Decide here: http://millrace.plant.example/inbox?task=${formatJobId(task)}`,
        `The whole story: http://millrace.plant.example/instances/${formatInstanceId(instance)}`,
      ].join('\n'),
    });
    await using others = await plant();
    const describeTask = async () => undefined;
    await others.send({ payload: { list: 'operators', node: 'operator', task } }, { describeTask });
    expect(await others.row(), 'done before the mail was written').toMatchObject({ subject: 'operator' });
  });

  it('is sent by one of two workers that have the same job', async () => {
    await using mails = await plant();
    const answers = await Promise.all([mails.send(), mails.send()]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['done', 'fail']);
    expect(mails.server.received).toHaveLength(1);
  });
});

describe('a mail activity', () => {
  it('lets its process go on when the mail has left', async () => {
    await using mails = await plant();
    const { clock, store, parts } = mails;
    await using spine = await openSpine({ store, clock, random: seededRandom(1), log: silentLog, worker: 'test' });
    const { process, jobs } = spine;
    const handler = (job: Parameters<typeof sendMail>[0]) => sendMail(job, parts);
    await using _worker = startWorker({ jobs, store, clock, log: silentLog, worker: 'test', kind: 'mail', handler });
    const { subject, text } = node;
    const nodes = [
      { id: 'tell', type: 'mail', to: 'operators', subject, text, next: 'end' },
      { id: 'end', type: 'end' },
    ];
    await process.definitions.deploy({ key: 'notice', nodes }, 'eli');
    const started = await process.engine.start({ definition: 'notice', variables: { line: 'north' } }, 'eli');
    let status = '';
    while (status !== 'completed') {
      await new Promise((resolve) => setImmediate(resolve));
      ({ status } = (await process.queries.instance(started)).state);
      expect(await process.queries.incidents({ limit: 10 })).toEqual([]);
    }
    expect(mails.server.received).toHaveLength(1);
    expect(await store.select(mailFamily, { limit: 10 })).toMatchObject([{ state: 'sent', instance: started }]);
  });
});
