/**
 * Mails of processes and a mail server in trouble, through the whole server: it is down, slow, takes not everybody, dies
 * in the middle. Nothing is lost; whoever has got a mail gets it no second time; what a person has to do is said.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import { openSmtpMailer } from '../../src/adapters/smtp/smtp-mailer.ts';
import { compose } from '../../src/app/compose.ts';
import { openStore } from '../../src/app/open-store.ts';
import { createClient } from '../../src/client/client.ts';
import { SERVE_ROLES } from '../../src/edge/cli/commands/server.ts';
import { buildHttpServer } from '../../src/edge/http/server.ts';
import { expireLeases } from '../../src/jobs/keeper.ts';
import { taskFamily } from '../../src/jobs/task.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { instanceFamily } from '../../src/process/engine/families.ts';
import { mailFamily } from '../../src/process/modules/mail/mail.ts';
import { freshDatabase } from '../fresh-database.ts';
import { withoutPostgres } from '../fresh-postgres.ts';
import { freshSmtpServer, refuse, type SmtpScript } from '../fresh-smtp-server.ts';

const ALL = ['dana', 'noa', 'shift'].map((name) => `${name}@plant.example`);

/** Something to wait for until the test lets it happen. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** A server whose mails go to a mail server that does what the script says. */
async function openPlant(kind: 'sqlite' | 'postgres', script: SmtpScript, answerTimeoutMs = 150) {
  const stop = new ServiceStack();
  const data = mkdtempSync(join(tmpdir(), 'millrace-mail-'));
  stop.defer(async () => rmSync(data, { recursive: true, force: true }));
  const database = kind === 'postgres' ? await freshDatabase() : undefined;
  stop.defer(async () => database?.[Symbol.asyncDispose]());
  const smtp = await freshSmtpServer(script);
  stop.defer(() => smtp.stop());
  const store = await openStore({ store: database?.url ?? 'sqlite', data }, { clock: systemClock, log: silentLog });
  stop.defer(() => store.close());
  const broker = openMemoryBroker({ clock: systemClock, log: silentLog });
  stop.defer(() => broker.close());
  const mailer = await openSmtpMailer({
    url: smtp.url,
    from: 'millrace@plant.example',
    answerTimeoutMs,
  });
  stop.defer(() => mailer.close());
  const services = await compose({
    ...{ store, broker, clock: systemClock, random: Math.random, log: silentLog, timeZone: 'UTC', mailer },
    ...{ roles: SERVE_ROLES, name: 'line' },
    info: { version: 'test', plant: 'none', simulated: false, auth: 'off' },
    publicUrl: () => 'http://localhost',
  });
  stop.use(services.stop);
  // As its policy says, only sooner.
  await services.jobs.kinds.configure('mail', { settings: { backoff: { firstMs: 10, longestMs: 50 } } }, 'test');
  const http = await buildHttpServer(services, { auth: 'off' });
  stop.defer(() => http.close());
  const client = createClient({ url: await http.listen({ port: 0, host: '127.0.0.1' }) });
  await client.recipients.create({
    name: 'operators',
    members: ALL.map((value) => ({ kind: 'address' as const, value })),
  });
  return { store, client, smtp, [Symbol.asyncDispose]: () => stop.close() };
}
type Plant = Awaited<ReturnType<typeof openPlant>>;

/** What the look finds, as soon as it finds something; looks again after each commit of what may have changed it. */
async function until<Found>({ store }: Plant, look: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    const unlisten: (() => void)[] = [];
    const changed = new Promise<void>((resolve) => {
      for (const family of [instanceFamily, mailFamily, taskFamily]) unlisten.push(store.onCommit(family, resolve));
    });
    const found = await look();
    if (found === undefined) await changed;
    for (const end of unlisten) end();
    if (found !== undefined) return found;
  }
}

async function begin({ client }: Plant, fields: object = {}): Promise<string> {
  const tell = { id: 'tell', type: 'mail', to: 'operators', subject: 'Stop', text: 'It stands.', ...fields };
  await client.definitions.deploy({
    key: 'stop',
    nodes: [
      { ...tell, next: 'end' },
      { id: 'end', type: 'end' },
    ],
  });
  return (await client.instances.start({ definition: 'stop' })).id;
}

const isOver = (plant: Plant, id: string) =>
  until(plant, async () => ((await plant.client.instances.get(id)).status === 'completed' ? true : undefined));
const incident = (plant: Plant) => until(plant, async () => (await plant.client.incidents.list()).items[0]);
const mailsOf = async ({ client }: Plant) => (await client.mails()).items;
const receivers = ({ smtp }: Plant) => smtp.received.map(({ recipients }) => recipients);
const messageIds = ({ smtp }: Plant) => new Set(smtp.received.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1]));

describe.each(['sqlite', 'postgres'] as const)('on %s, a mail of a process', (kind) => {
  const test = it.skipIf(kind === 'postgres' && withoutPostgres);

  test('waits while the mail server is down, and goes out once when it is back', async () => {
    await using plant = await openPlant(kind, {});
    await plant.smtp.stop();
    const id = await begin(plant, { maxAttempts: 100 });
    const queued = async () => (await mailsOf(plant)).find(({ error }) => error?.includes('ECONNREFUSED'));
    expect(await until(plant, queued)).toMatchObject({ state: 'queued', to: ALL });
    await using back = await freshSmtpServer({ port: Number(new URL(plant.smtp.url).port) });
    await isOver(plant, id);
    expect(back.received.map(({ recipients }) => recipients)).toEqual([ALL]);
    expect(await mailsOf(plant)).toMatchObject([{ state: 'sent', error: null }]);
  });

  test('is an incident that says what to do when the mail server stays down, and goes out when it is retried', async () => {
    await using plant = await openPlant(kind, {});
    await plant.smtp.stop();
    const id = await begin(plant, { maxAttempts: 3 });
    const { token, message } = await incident(plant);
    expect(message).toMatch(/ECONNREFUSED.*\. See that the mail server answers \(MILLRACE_SMTP\), then retry/);
    const [mail] = await mailsOf(plant);
    expect(mail).toMatchObject({ state: 'failed' });
    expect(await plant.client.jobs.get(mail?.id ?? '')).toMatchObject({ state: 'dead', attempts: 3, maxAttempts: 3 });
    await using back = await freshSmtpServer({ port: Number(new URL(plant.smtp.url).port) });
    await plant.client.incidents.retry(id, token);
    await isOver(plant, id);
    expect(back.received).toHaveLength(1);
  });

  test('is sent again, recognisably, when the server took it and was too slow to say so', async () => {
    const slow = gate();
    let tries = 0;
    await using plant = await openPlant(kind, { onMail: () => (++tries === 1 ? slow.opened : undefined) });
    const id = await begin(plant);
    await isOver(plant, id);
    slow.open();
    expect(tries).toBe(2);
    expect(messageIds(plant).size).toBe(1);
    expect(await mailsOf(plant)).toMatchObject([{ state: 'sent' }]);
  });

  test('that must not be repeated is an incident instead, and a person decides', async () => {
    const slow = gate();
    await using plant = await openPlant(kind, { onMail: () => slow.opened });
    const id = await begin(plant, { onLost: 'hold' });
    const { token, message } = await incident(plant);
    expect(message).toContain('Nobody knows whether the mail went out');
    slow.open();
    await plant.client.incidents.resolve(id, token);
    await isOver(plant, id);
    expect(plant.smtp.received).toHaveLength(1);
  });

  test('reaches the others once when one address is refused; corrected and retried it goes to the new one alone', async () => {
    const onRecipient = (address: string) => address.startsWith('shift') && refuse(550, 'No such user');
    await using plant = await openPlant(kind, { onRecipient });
    const id = await begin(plant);
    const { token, message } = await incident(plant);
    expect(message).toBe(
      'Refused for shift@plant.example (550 No such user). 2 others have got it, and will not get it again. ' +
        'Correct the address, or take it off the recipient list "operators"; then retry.',
    );
    const members = [...ALL.slice(0, 2), 'night@plant.example'].map((value) => ({ kind: 'address' as const, value }));
    await plant.client.recipients.change('operators', members);
    await plant.client.incidents.retry(id, token);
    await isOver(plant, id);
    expect(receivers(plant)).toEqual([ALL.slice(0, 2), ['night@plant.example']]);
    expect(messageIds(plant).size).toBe(1);
    const to = [...ALL.slice(0, 2), 'night@plant.example'];
    expect(await mailsOf(plant)).toMatchObject([{ state: 'sent', to }, { state: 'failed' }]);
  });

  test('is over when it is retried without the address that was refused', async () => {
    const onRecipient = (address: string) => address.startsWith('shift') && refuse(550, 'No such user');
    await using plant = await openPlant(kind, { onRecipient });
    const id = await begin(plant);
    const { token } = await incident(plant);
    await plant.client.definitions.set('stop', { tell: { to: ALL.slice(0, 2) } });
    await plant.client.incidents.retry(id, token);
    await isOver(plant, id);
    expect(receivers(plant)).toEqual([ALL.slice(0, 2)]);
  });

  test('is sent again when the server dies in the middle of the text', async () => {
    let isDying = true;
    const script: { cut?: () => void } & SmtpScript = {
      onMail: () => {
        if (!isDying) return;
        isDying = false;
        script.cut?.();
        refuse(451, 'It died and took nothing');
      },
    };
    await using plant = await openPlant(kind, script);
    script.cut = () => plant.smtp.cut();
    const id = await begin(plant);
    await isOver(plant, id);
    expect(receivers(plant)).toEqual([ALL]);
    expect(await mailsOf(plant)).toMatchObject([{ state: 'sent', error: null }]);
  });

  test('that must not be repeated waits for a person when its worker is lost in the middle', async () => {
    const arrived = gate();
    const silence = gate();
    const onMail = () => {
      arrived.open();
      return silence.opened;
    };
    await using plant = await openPlant(kind, { onMail }, 20_000);
    const id = await begin(plant, { onLost: 'hold' });
    await arrived.opened;
    await expireLeases(plant.store, 'line');
    const question = await until(plant, async () => (await plant.client.tasks.list({ state: 'offered' })).items[0]);
    expect(question).toMatchObject({ outcomes: ['happened', 'did-not-happen'] });
    await plant.client.tasks.take(question.id);
    await plant.client.tasks.complete(question.id, { outcome: 'happened' });
    await isOver(plant, id);
    silence.open();
    expect(await mailsOf(plant)).toMatchObject([{ state: 'sent', error: null }]);
    expect(await plant.client.incidents.list()).toMatchObject({ items: [] });
  });
});
