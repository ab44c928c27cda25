/**
 * Mails about checks, over a real mail server: one when a check is in trouble, one when it is well again, whichever servers
 * of the plant see it, and none again after a restart.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSmtpMailer } from '../../src/adapters/smtp/smtp-mailer.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { ALERT_AFTER_MS, ALERT_PAUSE_MS } from '../../src/app/alerts/alert.ts';
import { Alerts } from '../../src/app/alerts/start-alerts.ts';
import { families } from '../../src/app/families.ts';
import { openSpine } from '../../src/app/spine.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import type { Verdict } from '../../src/kernel/check.ts';
import { VirtualClock } from '../../src/kernel/clock.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { MAIL_KIND } from '../../src/process/core/action.ts';
import { mailFamily } from '../../src/process/modules/mail/mail.ts';
import { sendMail } from '../../src/process/modules/mail/mail-job.ts';
import type { Store } from '../../src/store/store.ts';
import { freshSchema, withoutPostgres } from '../fresh-postgres.ts';
import { freshSmtpServer } from '../fresh-smtp-server.ts';

const START = Date.UTC(2026, 0, 5, 8);
const CHECK = 'measurements/devices';

/** A plant whose servers come and go; time stands still until the test moves it. */
async function openPlant(kind: 'sqlite' | 'postgres') {
  const stop = new ServiceStack();
  const data = mkdtempSync(join(tmpdir(), 'millrace-alerts-'));
  stop.defer(async () => rmSync(data, { recursive: true, force: true }));
  const schema = kind === 'postgres' ? freshSchema() : undefined;
  stop.defer(async () => schema?.[Symbol.asyncDispose]());
  const smtp = await freshSmtpServer();
  stop.defer(() => smtp.stop());
  const mailer = await openSmtpMailer({ url: smtp.url, from: 'millrace@plant.example' });
  stop.defer(() => mailer.close());
  const clock = new VirtualClock(START);
  const says: { verdict: Verdict; reason: string } = { verdict: 'pass', reason: 'No device is silent.' };
  const server = async (name: string) => {
    const own = stop.use(new ServiceStack());
    const options = { families, clock };
    const store = own.use(
      await (schema === undefined ? openSqliteStore({ directory: data, ...options }) : schema.open(options)),
    );
    const spine = own.use(
      await openSpine({ store, clock, random: seededRandom(1), log: silentLog, worker: name, isAlone: false }),
    );
    const resolveRecipients = async () => [{ name: 'ops', address: 'ops@plant.example' }];
    const mails = { store, log: silentLog, mailer, language: 'en', resolveRecipients };
    const describeTask = async () => undefined;
    const handler: Parameters<typeof startWorker>[0]['handler'] = (job) =>
      sendMail(job, { ...mails, describeTask, publicUrl: 'https://plant.example' });
    own.use(startWorker({ jobs: spine.jobs, store, clock, log: silentLog, worker: name, kind: MAIL_KIND, handler }));
    const health = {
      verdicts: () => [{ ...says, path: CHECK, purpose: 'Devices go on sending.', at: clock.now() }],
    };
    const parts = { store, jobs: spine.jobs, health, clock, log: silentLog, name, list: ['maintenance'] };
    return {
      store,
      alerts: new Alerts({ ...parts, publicUrl: () => 'https://plant.example' }),
      close: () => own.close(),
    };
  };
  return { clock, says, smtp, server, [Symbol.asyncDispose]: () => stop.close() };
}

/** Resolves when no mail waits any more and there are so many. */
async function sent(store: Store, count: number): Promise<void> {
  for (;;) {
    let tell = () => {};
    const changed = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const unlisten = store.onCommit(mailFamily, tell);
    const mails = await store.select(mailFamily, { limit: 100 });
    const isDone = mails.length === count && mails.every(({ state }) => state === 'sent');
    if (!isDone) await changed;
    unlisten();
    if (isDone) return;
  }
}

const subjects = (received: readonly { readonly raw: string }[]) =>
  received.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1]);

describe.each(['sqlite', 'postgres'] as const)('on %s, a check in trouble', (kind) => {
  const test = it.skipIf(kind === 'postgres' && withoutPostgres);

  test('is told by mail once, also over a restart, and once more when it is well again', {
    timeout: 30_000,
  }, async () => {
    await using plant = await openPlant(kind);
    const { clock, says, smtp } = plant;
    const first = await plant.server('north-1');
    await first.alerts.round();
    Object.assign(says, { verdict: 'degraded', reason: 'Silent for longer than they may be: press-1.' });
    await first.alerts.round();
    await clock.advance(ALERT_AFTER_MS - 1);
    await first.alerts.round();
    expect(await first.store.select(mailFamily, { limit: 10 })).toEqual([]);
    await clock.advance(1);
    await first.alerts.round();
    await sent(first.store, 1);
    await first.close();

    const second = await plant.server('north-1');
    await second.alerts.round();
    await clock.advance(2 * ALERT_PAUSE_MS);
    await second.alerts.round();
    Object.assign(says, { verdict: 'pass', reason: 'No device is silent.' });
    await second.alerts.round();
    await clock.advance(ALERT_AFTER_MS);
    await second.alerts.round();
    await sent(second.store, 2);
    expect(smtp.received.map(({ recipients }) => recipients)).toEqual([['ops@plant.example'], ['ops@plant.example']]);
    expect(subjects(smtp.received)).toEqual([`${CHECK} is degraded`, `${CHECK} is well again`]);
    const [mail] = await second.store.select(mailFamily, { limit: 1 });
    expect(mail?.body).toBe(
      [
        `${CHECK}: Devices go on sending.`,
        'Since 2026-01-05T08:00:00.000Z: degraded.',
        'Reason: Silent for longer than they may be: press-1.',
        'Server: north-1',
        '',
        'Look here: https://plant.example/devices',
        'All checks: https://plant.example/api/v1/health',
      ].join('\n'),
    );
  });
});

describe('two servers on one PostgreSQL', () => {
  it.skipIf(withoutPostgres)('send one mail about what both of them see', { timeout: 30_000 }, async () => {
    await using plant = await openPlant('postgres');
    const { clock, says, smtp } = plant;
    const servers = [await plant.server('north-1'), await plant.server('north-2')] as const;
    const round = () => Promise.all(servers.map(({ alerts }) => alerts.round()));
    Object.assign(says, { verdict: 'fail', reason: 'The latest run failed for press-1.' });
    await round();
    await clock.advance(ALERT_AFTER_MS);
    await round();
    await round();
    await sent(servers[0].store, 1);
    expect(subjects(smtp.received)).toEqual([`${CHECK} fails`]);
  });
});
