/** The page Tune where people have judged enough, and the editor of a criterion on an anomaly. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/app/open-store.ts';
import { createClient } from '../../src/client/client.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openIds } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openMeasurements } from '../../src/measurements/open-measurements.ts';
import { addJudgedPress } from '../../src/testing/judged-press.ts';
import { ServerProcess } from '../server-process.ts';
import { type Cookies, inBrowser, isBrowserMissing, launchBrowser, Reader } from './reader.ts';

const WIDE = { width: 1360, height: 900 };
const TIMEOUT_MS = 120_000;
const MINUTE_MS = 60_000;
const by = { actor: 'ada' };

/** A plant whose people have judged twelve anomalies, as an earlier server left it. */
async function prepare(data: string): Promise<void> {
  const store = await openStore({ store: 'sqlite', data }, { clock: systemClock, log: silentLog });
  const nextId = await openIds((size) => store.reserveIds(size));
  const parts = { store, clock: systemClock, nextId, timeZone: 'UTC', log: silentLog };
  const measurements = openMeasurements(parts);
  await addJudgedPress({ store, measurements, until: systemClock.now() });
  await measurements.devices.create({ id: 'SAU-ME-01', service: 'brick-production' }, by);
  const settings = { signal: { anomaly: 'stoppage', minSeverity: 'major' } } as const;
  await measurements.criteria.create({ device: 'SAU-ME-01', name: 'stopped', settings }, by);
  await measurements.close();
  await store.close();
}

describe.skipIf(isBrowserMissing)(inBrowser('what people judged'), () => {
  const data = mkdtempSync(join(tmpdir(), 'millrace-proposal-'));
  const server = new ServerProcess({ data });
  let browser: Browser;
  let cookies: Cookies = [];
  const open = () => Reader.open(browser, { url: server.url, language: 'en', cookies, viewport: WIDE });

  beforeAll(async () => {
    await prepare(data);
    await server.start();
    const link = await vi.waitFor(
      () => /http\S+\/sign-in\?code=\S+/.exec(server.output)?.[0] ?? Promise.reject(server.output),
    );
    browser = await launchBrowser();
    await using reader = await open();
    await reader.page.goto(link);
    await reader.page.locator('h1').first().waitFor();
    cookies = await reader.context.cookies();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }, TIMEOUT_MS);

  it('speaks for another limit beside the tuner, which is tried with one click', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/devices/press-1/tune/hot', 'figure canvas');
    const line = page.getByText('What people judged speaks for 60: precision', { exact: false });
    await line.waitFor();
    expect(await line.textContent()).toMatch(
      /precision 100% \(61% to 100%\) instead of 50% \(25.4% to 74.6%\), recall 100% .*, 6 firings instead of 12\./,
    );
    await page.getByRole('button', { name: 'Try it' }).click();
    expect(await page.getByRole('slider', { name: 'hot: Limit' }).getAttribute('aria-valuenow')).toBe('60');
    await page.getByText('6 confirmed ones caught, 0 missed, 0 false alarms', { exact: false }).waitFor();
    expect(reader.complaints()).toEqual([]);
  });

  it('starts with a criterion on an anomaly, which is shown in words and edited', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/devices/SAU-ME-01', 'main >> text="stopped"');
    const row = page.getByRole('row').filter({ hasText: 'stopped' });
    expect(await row.textContent()).toContain('stoppage is open, at least major');
    expect(await row.getByRole('link', { name: 'Tune' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Edit “stopped”' }).click();
    await page.getByRole('dialog').getByText('critical', { exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('at least critical', { exact: false }).waitFor();
    const client = createClient({ url: server.url, token: server.token });
    expect((await client.criteria.list({ device: 'SAU-ME-01' })).items[0]).toMatchObject({
      version: 2,
      settings: { signal: { anomaly: 'stoppage', minSeverity: 'critical' } },
    });
    expect(reader.complaints()).toEqual([]);
  });

  it('goes on with a stoppage: the operator reads of it in the inbox, with the readings', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const client = createClient({ url: server.url, token: server.token });
    await client.definitions.deploy({
      key: 'stoppage',
      start: { criteria: ['stopped'], mode: 'any', within: '1h' },
      nodes: [
        { id: 'fired', type: 'criterion', criterion: 'stopped', next: 'see' },
        { id: 'see', type: 'userTask', role: 'operator', outcomes: ['confirmed', 'rejected'] },
      ],
    });
    const begun = systemClock.now() - 100 * MINUTE_MS;
    const rows = Array.from({ length: 101 }, (_, minute) => ({
      device: 'SAU-ME-01',
      ts: begun + minute * MINUTE_MS,
      values: { count: Math.min(minute, 20) * 10, errors: 0 },
    }));
    await client.measurements.send(rows);
    const { id } = await vi.waitFor(
      async () => (await client.tasks.list({ state: 'offered' })).items[0] ?? Promise.reject(new Error('no task yet')),
      { timeout: TIMEOUT_MS / 2 },
    );
    await using reader = await open();
    await reader.visit(`/inbox/${id}`, 'figure canvas');
    await reader.page.getByText(/“stopped” at .*: stoppage on count, critical\./).waitFor();
    expect(reader.complaints()).toEqual([]);
  });
});
