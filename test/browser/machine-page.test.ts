/** The pages about machines: the overview, one machine over time, the runs of analyses, and the tuner of a limit. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdEverywhere, WIDE } from './everywhere.ts';
import { addMachines, confirmDefect, DRYER, METER, PRESS } from './machines.ts';
import { addPress, LIMIT, overheat, setUpPlant } from './plant.ts';
import { type Product, startProduct } from './product.ts';
import { type Cookies, inBrowser, isBrowserMissing, type Language, launchBrowser, Reader } from './reader.ts';

const TIMEOUT_MS = 120_000;
/** A press without a service, with two criteria on detectors. */
const WATCHED = 'press-1';
const MACHINE = `/devices/${PRESS}?range=24h`;
const TUNER = `/devices/${WATCHED}/tune/A`;

describe.skipIf(isBrowserMissing)(inBrowser('the pages about machines'), () => {
  let product: Product;
  let browser: Browser;
  let cookies: Cookies = [];

  const open = (language: Language = 'en', viewport = WIDE): Promise<Reader> =>
    Reader.open(browser, { url: product.url, language, cookies, viewport });

  beforeAll(async () => {
    product = await startProduct();
    const { client } = product;
    await setUpPlant(client);
    await addMachines(client, Date.now());
    await addPress(client, WATCHED);
    await overheat(client, WATCHED);
    await confirmDefect(client, WATCHED);
    browser = await launchBrowser();
    await using reader = await open();
    await reader.page.goto(product.signInLink);
    await reader.page.locator('h1').first().waitFor();
    cookies = await reader.context.cookies();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  }, TIMEOUT_MS);

  it('begin with an overview: what is silent first, by line, each with its day', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/devices', `main >> text="${PRESS}"`);
    const cards = page.locator('main li > a[href^="/devices/"]');
    expect(await cards.first().textContent()).toContain('Dryer 2Silent');
    const press = cards.filter({ hasText: PRESS });
    expect(await press.textContent()).toMatch(/Running.*OEE[\d.]+%.*Availability[\d.]+%.*Pieces[\d,]+/);
    expect(await cards.filter({ hasText: METER }).textContent()).toContain('No measurement service');

    await page.getByRole('combobox', { name: 'Line' }).click();
    await page.getByRole('option', { name: 'line-2' }).click();
    await cards.filter({ hasText: PRESS }).waitFor({ state: 'detached' });
    expect(await cards.count()).toBe(2);
    expect(page.url()).toContain('line=line-2');

    await reader.visit('/devices', `main >> text="${PRESS}"`);
    await press.click();
    await page.getByRole('heading', { name: 'Brick press 7', level: 1 }).waitFor();
    expect(reader.complaints()).toEqual([]);
  });

  it('show what a machine did, how well, and how good its data are', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit(MACHINE, 'figure canvas');
    const sums = page.getByRole('list', { name: 'How long each state lasted' });
    for (const state of ['Running', 'Microstop', 'Breakdown', 'Setup', 'Unknown'])
      await sums.getByText(state).waitFor();
    expect(await sums.textContent()).toMatch(/Breakdown 1h 20m \(2\).*Setup 20m/);

    const kpis = page.getByRole('region', { name: 'How well it ran' });
    await kpis
      .getByRole('cell', { name: /^Night/ })
      .first()
      .waitFor();
    const { items } = await product.client.analyses.kpis(PRESS, { kind: 'shift' });
    expect(await kpis.locator('tbody tr').count()).toBe(items.length + 1);
    await kpis.getByText('Day', { exact: true }).click();
    await kpis.getByText(/^All \d days$/).waitFor();

    const quality = page.getByRole('region', { name: 'Data quality' });
    for (const part of ['Complete', 'Valid', 'Unique', 'Consistent', 'In time'])
      await quality.getByRole('columnheader', { name: part }).waitFor();
    await page
      .getByRole('cell', { name: /^count, score of stoppage/ })
      .first()
      .waitFor();
    expect(reader.complaints()).toEqual([]);
  });

  it('go closer by drawing over a chart, fetch finer readings, and come back', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit(`/devices/${DRYER}?range=all`, 'figure canvas');
    const asked = page.waitForRequest((request) => /moisture.*series|series.*moisture/.test(request.url()));
    await drawOver(page, page.locator('figure .u-over').first(), { from: 0.25, to: 0.5 });
    await page.waitForURL(/from=.*&to=/);
    const { searchParams } = new URL((await asked).url());
    const lengthMs = Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '');
    // The dryer has sent for twenty hours; a quarter of them was drawn over.
    expect(lengthMs / 3_600_000).toBeGreaterThan(4.5);
    expect(lengthMs / 3_600_000).toBeLessThan(5.5);

    await page.getByRole('button', { name: 'Closer' }).click();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.waitForURL(
      (url) => url.searchParams.get('from')?.slice(0, 19) === searchParams.get('from')?.slice(0, 19),
    );
    await page.getByRole('button', { name: 'Back' }).click();
    await page.waitForURL(/range=all/);
    expect(reader.complaints()).toEqual([]);
  });

  it('analyse again when asked, and tell what came of it', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit(MACHINE, 'figure canvas');
    await page.getByRole('button', { name: 'Analyse again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('switch', { name: 'From the beginning' }).check();
    await dialog.getByRole('button', { name: 'Analyse', exact: true }).click();
    await dialog.getByText(/^Done\./).waitFor();
    await dialog.getByText('Efficiency', { exact: false }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    const runs = page.getByRole('region', { name: 'Runs of the analysis' });
    await runs.getByText('asked for').first().waitFor();

    await reader.visit('/analyses', `main >> text="${DRYER}"`);
    await page.getByRole('combobox', { name: 'Machine' }).click();
    await page.getByRole('option', { name: PRESS }).click();
    await page.getByRole('link', { name: DRYER }).waitFor({ state: 'detached' });
    await page.getByText('asked for').first().waitFor();
    expect(reader.complaints()).toEqual([]);
  });

  it('declare a machine and change what is declared of it', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/devices', `main >> text="${PRESS}"`);
    await page.getByRole('button', { name: 'New device' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id', { exact: true }).fill('kiln-7');
    await dialog.getByLabel('Field', { exact: true }).fill('temperature');
    await dialog.getByLabel('Greatest').fill('1200');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'kiln-7' }).first().click();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await dialog.getByLabel('Greatest').fill('1300');
    await dialog.getByLabel('Line').fill('south');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await product.client.devices.get('kiln-7')).toMatchObject({
      line: 'south',
      fields: [{ name: 'temperature', role: 'gauge', max: 1_300 }],
    });

    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await dialog.getByRole('button', { name: 'Add a field' }).click();
    await dialog.getByLabel('Field', { exact: true }).last().fill('no name of a field');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('The device has 1 problem(s)', { exact: false }).waitFor();
  });

  it('take refused rows in again when their device has been made known', { timeout: TIMEOUT_MS }, async () => {
    const { measurements, devices } = product.client;
    await measurements.send([{ device: 'dryer-9', ts: '2026-01-05T06:00:00Z', values: { moisture: 18 } }]);
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/quarantine?code=unknown-device', 'main >> text="dryer-9"');
    await page.locator('nav a[aria-current="page"]', { hasText: 'Devices' }).waitFor();
    await devices.create({ id: 'dryer-9', fields: [{ name: 'moisture' }] });
    await page.getByRole('button', { name: 'Take in again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Take in again' }).click();
    await dialog.getByText('Taken in').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('cell', { name: 'dryer-9' }).waitFor({ state: 'detached' });
    expect(await devices.get('dryer-9')).toMatchObject({ lastReadingAt: '2026-01-05T06:00:00.000Z' });
    expect(reader.complaints()).toEqual([]);
  });

  it('tune a limit by hand and by keys, say at once what it would have done, and save it', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit(TUNER, 'figure canvas');
    const slider = page.getByRole('slider', { name: 'A: Limit' });
    const limit = async (): Promise<number> => Number(await slider.getAttribute('aria-valuenow'));
    expect(await limit()).toBe(LIMIT);
    await page.getByText('It would have fired once.').waitFor();
    await page.getByText('2 confirmed ones caught, 0 missed, 0 false alarms', { exact: false }).waitFor();

    await slider.focus();
    await page.keyboard.press('ArrowUp');
    expect(await limit()).toBeGreaterThan(LIMIT);
    await page.keyboard.press('End');
    await page.getByText('It would not have fired.').waitFor();
    await page.getByText('0 confirmed ones caught, 2 missed', { exact: false }).waitFor();
    expect(await page.getByText('Missed', { exact: true }).count()).toBe(2);

    const plot = await page.locator('figure .u-over').boundingBox();
    const from = await slider.boundingBox();
    if (plot === null || from === null) throw new Error('the chart is not there');
    const x = plot.x + plot.width / 2;
    await page.mouse.move(x, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(x, plot.y + plot.height * 0.7, { steps: 8 });
    await page.mouse.up();
    await page.getByText('It would have fired once.').waitFor();
    const tuned = await limit();
    expect(tuned).toBeGreaterThan(LIMIT);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('“A” is saved. The next readings are judged by it.').waitFor();
    const saved = async () => (await product.client.criteria.list({ device: WATCHED })).items[0]?.settings;
    expect(await saved()).toMatchObject({ limit: tuned });
    expect(reader.complaints()).toEqual([]);
  });

  describe('everywhere', () => {
    const views: Readonly<Record<string, (reader: Reader) => Promise<void>>> = {
      overview: (reader) => reader.visit('/devices', `main >> text="${PRESS}"`),
      machine: (reader) => reader.visit(MACHINE, 'figure canvas'),
      'machine without counters': (reader) => reader.visit(`/devices/${DRYER}?range=7d`, 'figure canvas'),
      'question for an analysis': async (reader) => {
        await reader.visit(MACHINE, 'figure canvas');
        await reader.page
          .locator('main section', { hasText: /Runs of|הרצות של/ })
          .getByRole('button')
          .first()
          .click();
        await reader.page.locator('[role="dialog"] input[type="date"]').waitFor();
      },
      'form of a device': async (reader) => {
        await reader.visit(MACHINE, 'figure canvas');
        await reader.page.locator('main h1 ~ div button').first().click();
        await reader.page.locator('[role="dialog"] fieldset section').first().waitFor();
      },
      runs: (reader) => reader.visit('/analyses', `main >> text="${DRYER}"`),
      quarantine: async (reader) => {
        await product.client.measurements.send([{ device: 'nobody-1', ts: 0, values: {} }]);
        await reader.visit('/quarantine', 'main tbody tr');
      },
      tuner: (reader) => reader.visit(TUNER, 'main tbody tr'),
    };
    holdEverywhere({ open, views, timeout: TIMEOUT_MS });
  });
});

type Shares = { readonly from: number; readonly to: number };

/** As a hand that draws over a part of a chart. */
async function drawOver(page: Page, plot: Locator, { from, to }: Shares): Promise<void> {
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (box === null) throw new Error('the chart is not there');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 8 });
  await page.mouse.up();
}
