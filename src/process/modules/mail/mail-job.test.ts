/** Mail jobs over the model store and a real mail server: what is sent to whom, how often, and what is written down. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type FreshSmtpServer, freshSmtpServer, refuse, type SmtpScript } from '../../../../test/fresh-smtp-server.ts';
import { openSmtpMailer } from '../../../adapters/smtp/smtp-mailer.ts';
import { families } from '../../../app/families.ts';
import { VirtualClock } from '../../../kernel/clock.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import { silentLog } from '../../../kernel/log.ts';
import { plantFeed } from '../../../store/feed.ts';
import { LOG_START } from '../../../store/store.ts';
import { put } from '../../../store/unit.ts';
import { ModelDisk, openModelStore } from '../../../testing/model-store.ts';
import { DEFAULT_ATTEMPTS } from '../../core/work.ts';
import { type MailRow, mailFamily } from './mail.ts';
import { sendMail } from './mail-job.ts';
import type { MailJobParts } from './mail-parts.ts';
import type { Recipient } from './mail-recipients.ts';

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
    language: 'en',
  };
  return {
    clock,
    store,
    server,
    lists,
    parts,
    send: (
      job: { id?: JobId; payload?: unknown; attempt?: number; signal?: AbortSignal } = {},
      others: Partial<MailJobParts> = {},
    ) => sendMail({ id, payload, attempt: 1, owner, ...job }, { ...parts, ...others }),
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
      refused: null,
      replyTo: null,
      letters: null,
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

  it('is tried again while the server cannot take it, and is given up at last; a person has it sent to whoever is on the list then', async () => {
    let isDown = true;
    await using mails = await plant({ onMail: () => isDown && refuse(452, 'Disk full') });
    expect(await mails.send({ attempt: 1 })).toMatchObject({
      kind: 'fail',
      error: expect.stringContaining('Disk full'),
    });
    expect(await mails.row()).toMatchObject({ state: 'queued', error: expect.stringContaining('Disk full') });
    expect(await mails.send({ attempt: DEFAULT_ATTEMPTS })).toMatchObject({
      kind: 'fail',
      error: expect.stringMatching(/Disk full\. See that the mail server answers .* then retry/),
    });
    expect(await mails.row()).toMatchObject({ state: 'failed', sentAt: null });
    isDown = false;
    mails.lists.set('operators', [{ name: 'New', address: 'new@plant.example' }]);
    await mails.clock.advance(60_000);
    expect(await mails.send({ attempt: 1 }), 'replayed by a person').toMatchObject({ kind: 'done' });
    expect(await mails.row()).toMatchObject({ state: 'sent', error: null, createdAt: START, sentAt: START + 60_000 });
    expect(mails.server.received).toMatchObject([{ recipients: ['new@plant.example'] }]);
    expect(await mails.topics()).toEqual(
      ['queued', 'failed', 'queued', 'sent'].map((state) => `millrace.process.mail.${state}`),
    );
  });

  it('is given up at once when the server refuses it for good', async () => {
    await using mails = await plant({ onMail: () => refuse(554, 'Looks like spam') });
    const refusal = 'The mail server refuses it: 554 Looks like spam';
    const error = `Refused for dana@plant.example, shift@plant.example (${refusal})`;
    const todo = 'Nobody has got it. Change what it complains of, the words of the step for example; then retry.';
    expect(await mails.send()).toEqual({ kind: 'discard', reason: `${error}. ${todo}` });
    expect(await mails.row()).toMatchObject({ state: 'failed', error });
  });

  it('is given up for those whom the server refuses for good, and says what to do; the others have it once', async () => {
    await using mails = await plant({
      onRecipient: (address) => address.startsWith('shift') && refuse(550, 'Unknown'),
    });
    const error = 'Refused for shift@plant.example (550 Unknown)';
    const todo = 'Correct the address, or take it off the recipient list "operators"; then retry.';
    expect(await mails.send()).toEqual({
      kind: 'discard',
      reason: `${error}. 1 other has got it, and will not get it again. ${todo}`,
    });
    expect(await mails.row()).toMatchObject({ state: 'failed', error, waiting: '[]' });
    const [dana] = mails.lists.get('operators') ?? [];
    mails.lists.set('operators', [...(dana ? [dana] : []), { name: 'New', address: 'new@plant.example' }]);
    expect(await mails.send()).toMatchObject({ kind: 'done' });
    expect(mails.server.received.map(({ recipients }) => recipients)).toEqual([
      ['dana@plant.example'],
      ['new@plant.example'],
    ]);
    expect(headerOf(mails.server, 1, 'Message-ID')).toBe(headerOf(mails.server, 0, 'Message-ID'));
    expect(await mails.row()).toMatchObject({
      state: 'sent',
      recipients: '["dana@plant.example","new@plant.example"]',
      error: null,
    });
  });

  it('has nobody left when those who were refused are off the list', async () => {
    const onRecipient = (address: string) => address.startsWith('shift') && refuse(550, 'Unknown');
    await using mails = await plant({ onRecipient });
    await mails.send();
    mails.lists.set('operators', (mails.lists.get('operators') ?? []).slice(0, 1));
    // Retried, a step has a job of its own, which knows the one before it.
    const next = 66 as JobId;
    expect(await mails.send({ id: next, payload: { ...payload, after: id } })).toMatchObject({ kind: 'done' });
    expect(mails.server.received).toHaveLength(1);
    const row = await mails.store.get(mailFamily, [next]);
    expect(row).toMatchObject({ state: 'sent', recipients: '["dana@plant.example"]', waiting: '[]', sentAt: START });
    expect(row?.messageId).toBe((await mails.row())?.messageId);
  });

  it('that must not be repeated is not tried again when the server had it and never answered', async () => {
    const script: { cut?: () => void } & SmtpScript = { onMail: () => script.cut?.() };
    await using mails = await plant(script);
    script.cut = () => mails.server.cut();
    const answer = await mails.send({ payload: { ...payload, isOnce: true } });
    expect(answer).toMatchObject({
      kind: 'discard',
      reason: expect.stringMatching(/Nobody knows .* if not, retry it/),
    });
    expect(await mails.row()).toMatchObject({ state: 'failed' });
    // The server stops, and the mail server has not answered yet: after that nobody could say what happened.
    const [stopping, heard] = [new AbortController(), new AbortController()];
    const silence = once(heard.signal, 'abort');
    const stopThenWait = () => {
      stopping.abort();
      return silence;
    };
    await using slow = await plant({ onMail: stopThenWait });
    const cutShort = await slow.send({ payload: { ...payload, isOnce: true }, signal: stopping.signal });
    expect(cutShort).toMatchObject({ kind: 'discard', reason: expect.stringContaining('Nobody knows') });
    heard.abort();
    await using others = await plant();
    await others.server.stop();
    const down = await others.send({ payload: { ...payload, isOnce: true } });
    expect(down, 'nothing can have gone out').toMatchObject({ kind: 'fail' });
  });

  it('goes to each in a language that they read, each letter a mail of its own', async () => {
    await using mails = await plant();
    const [dana, noa] = ['dana', 'noa'].map((name) => `${name}@plant.example`) as [string, string];
    mails.lists.set('operators', [
      { name: 'Dana', address: dana, language: 'de-AT' },
      { name: 'Noa', address: noa, language: 'he' },
      { name: 'Shift', address: 'shift@plant.example' },
    ]);
    const worded = {
      subject: { en: 'Stop', he: 'עצירה' },
      text: { en: '{line} stands', de: '{line} steht', he: '{line} עומד' },
    };
    const html = { en: '<b>{line}</b>', he: '<b dir="rtl">{line}</b>' };
    const variables = { line: 'north <3>' };
    await mails.send({ payload: { ...payload, ...worded, html, variables, replyTo: ['operators'] } });
    const letters = JSON.parse((await mails.row())?.letters ?? '[]') as unknown;
    const marked = 'north &lt;3&gt;';
    expect(letters).toEqual([
      { language: 'de', to: [dana], subject: 'Stop', text: 'north <3> steht', html: `<b>${marked}</b>` },
      { language: 'he', to: [noa], subject: 'עצירה', text: 'north <3> עומד', html: `<b dir="rtl">${marked}</b>` },
      {
        language: 'en',
        to: ['shift@plant.example'],
        subject: 'Stop',
        text: 'north <3> stands',
        html: `<b>${marked}</b>`,
      },
    ]);
    expect(mails.server.received.map(({ recipients }) => recipients)).toEqual([[dana], [noa], ['shift@plant.example']]);
    const ids = [0, 1, 2].map((place) => headerOf(mails.server, place, 'Message-ID'));
    expect(ids).toEqual(
      ['de', 'he', 'en'].map((language) => expect.stringMatching(new RegExp(`\\.${language}@millrace>$`))),
    );
    expect(headerOf(mails.server, 0, 'Reply-To')).toContain(`${dana}, ${noa}`);
  });

  it('in several languages goes on with the others where one was refused or came late', async () => {
    let isBusy = true;
    const onRecipient = (address: string) => {
      if (address.startsWith('dana')) refuse(550, 'Unknown');
      if (isBusy && address.startsWith('noa')) refuse(451, 'Later');
    };
    await using mails = await plant({ onRecipient });
    const people = ['dana', 'noa', 'shift'].map((name) => ({ name, address: `${name}@plant.example` }));
    mails.lists.set(
      'operators',
      people.map((person, place) => ({ ...person, language: ['de', 'he', 'en'][place] ?? null })),
    );
    const worded = { ...payload, text: { de: 'steht', he: 'עומד', en: 'stands' } };
    expect(await mails.send({ payload: worded })).toMatchObject({ kind: 'fail' });
    expect(await mails.row()).toMatchObject({
      waiting: '["noa@plant.example","shift@plant.example"]',
      state: 'queued',
    });
    isBusy = false;
    expect(await mails.send({ payload: worded, attempt: 2 })).toMatchObject({
      kind: 'discard',
      reason: expect.stringContaining('Refused for dana@plant.example (550 Unknown). 2 others have got it'),
    });
    expect(mails.server.received.map(({ recipients }) => recipients[0])).toEqual([
      'noa@plant.example',
      'shift@plant.example',
    ]);
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

  it('goes to everybody whom the step names, each once', async () => {
    await using mails = await plant();
    mails.lists.set('person:noa', [{ name: 'Noa', address: 'noa@plant.example' }]);
    mails.lists.set('DANA@plant.example', [{ name: 'Dana', address: 'DANA@plant.example' }]);
    await mails.send({ payload: { ...payload, list: ['operators', 'person:noa', 'DANA@plant.example'] } });
    expect(mails.server.received[0]?.recipients).toEqual(
      ['dana', 'shift', 'noa'].map((name) => `${name}@plant.example`),
    );
    expect(await mails.row()).toMatchObject({ list: 'operators, person:noa, DANA@plant.example' });
  });

  it('waits for a person whom nobody knows yet; a notice to one goes to nobody', async () => {
    await using mails = await plant();
    const error = 'There is no person "anna". Make the person known, or have the mail go to somebody else, then retry.';
    expect(await mails.send({ payload: { ...payload, list: ['operators', 'person:anna'] } })).toEqual({
      kind: 'fail',
      error,
    });
    expect(await mails.send({ payload: { ...payload, replyTo: ['person:anna'] } })).toEqual({ kind: 'fail', error });
    const notice = { list: 'person:token:line:4', node: 'check', task: 77, why: 'reminder' };
    expect(await mails.send({ payload: notice })).toMatchObject({ kind: 'done' });
    expect(mails.server.received).toEqual([]);
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
    await using third = await plant();
    third.lists.set('operators', [{ name: 'Noa', address: 'noa@plant.example', language: 'he' }]);
    const named = async () => ({ name: { en: 'Check', he: 'בדיקה' }, businessKey: null });
    await third.send({ payload: { list: 'operators', node: 'operator', task } }, { describeTask: named });
    expect(await third.row()).toMatchObject({
      subject: 'בדיקה',
      body: expect.stringContaining('משימה ממתינה לך: בדיקה'),
    });
  });

  it('is sent by one of two workers that have the same job', async () => {
    await using mails = await plant();
    const answers = await Promise.all([mails.send(), mails.send()]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['done', 'fail']);
    expect(mails.server.received).toHaveLength(1);
  });
});
