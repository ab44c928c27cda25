/** A day of people who work and people who mend, on a real server in a real browser. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginTheDay, LOTS, MANY, type Worker } from './day.ts';
import { breachesOn, stickingOut } from './examine.ts';
import { type Product, startProduct } from './product.ts';
import { type Cookies, inBrowser, isBrowserMissing, type Language, launchBrowser, Reader } from './reader.ts';

const WIDE = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
const TIMEOUT_MS = 120_000;
const SOON = { timeout: 20_000 };

describe.skipIf(isBrowserMissing)(inBrowser('an ordinary day'), () => {
  let product: Product;
  let browser: Browser;
  let day: Awaited<ReturnType<typeof beginTheDay>>;
  const cookies = new Map<Worker, Cookies>();

  const open = async (who: Worker, viewport = WIDE, language: Language = 'en'): Promise<Reader> => {
    const known = cookies.get(who);
    const reader = await Reader.open(browser, { url: product.url, language, cookies: known ?? [], viewport });
    if (known === undefined) {
      await reader.page.goto(day.links.get(who) ?? '');
      await reader.page.locator('h1').first().waitFor();
      cookies.set(who, await reader.context.cookies());
    }
    return reader;
  };
  const blemishes = async (reader: Reader): Promise<string[]> => [
    ...(await breachesOn(reader.page, 'everything')),
    ...(await stickingOut(reader.page)),
    ...reader.complaints(),
  ];
  const blemishesByDayAndNight = async (reader: Reader): Promise<string[]> => {
    const byDay = await blemishes(reader);
    await reader.turn('dark');
    const byNight = await breachesOn(reader.page, 'colours');
    await reader.turn('light');
    return [...byDay, ...byNight];
  };
  const choose = async ({ page }: Reader, list: Locator, option: string): Promise<void> => {
    await list.click();
    await page.getByRole('option', { name: option }).click();
  };
  const taskOf = async (businessKey: string) =>
    (await product.client.tasks.list({ businessKey })).items.find(({ state }) => state !== 'done');

  beforeAll(async () => {
    product = await startProduct();
    day = await beginTheDay(product.client);
    browser = await launchBrowser();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  }, TIMEOUT_MS);

  it('lets an operator work off what is due, and keep away from what others must do', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await using reader = await open('Dana');
    const { page } = reader;
    const rows = page.getByRole('region', { name: 'Tasks' }).getByRole('listitem');
    const order = page.getByRole('combobox', { name: 'Order' });
    await choose(reader, order, 'Due first');
    await expect
      .poll(
        async () => (await rows.allTextContents()).slice(0, 3).map((row) => /lot-(soon|next|late)/.exec(row)?.[0]),
        SOON,
      )
      .toEqual(['lot-soon', 'lot-next', 'lot-late']);
    await page.getByRole('button', { name: 'Filter' }).click();
    await choose(reader, page.getByRole('combobox', { name: 'Of the process' }), 'Release of lots');
    await choose(reader, page.getByRole('combobox', { name: 'With the variable' }), 'pieces');
    await choose(reader, page.getByRole('combobox', { name: 'that' }), 'is at least');
    await page.getByRole('textbox', { name: 'Value' }).fill('20');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count(), SOON).toBe(2);
    expect(await blemishes(reader)).toEqual([]);

    await rows.filter({ hasText: 'lot-soon' }).getByRole('link').click();
    await page.getByRole('button', { name: 'Take' }).click();
    await page.getByText('taken by you').waitFor();
    await page.locator('figure canvas').waitFor();
    await page.getByRole('cell', { name: 'A', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Plan' }).click();
    await page.getByRole('textbox', { name: 'Urgency' }).fill('50');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('urgency 50').waitFor();
    await page.getByRole('textbox', { name: 'Weight' }).fill('12');
    await page.getByRole('button', { name: 'Approve' }).click();

    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await rows.filter({ hasText: 'Check the release' }).getByText('Not by you').waitFor();
    await rows.filter({ hasText: 'Check the release' }).getByRole('link').click();
    await page.getByText('You did “Release the lot”. By the four-eyes rule somebody else must do this.').waitFor();
    for (const name of ['Take', 'Done']) expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    expect(await blemishesByDayAndNight(reader)).toEqual([]);

    await page.getByRole('button', { name: 'Answer several at once' }).click();
    for (let lot = 1; lot <= LOTS; lot++)
      await page.getByRole('checkbox', { name: `Choose: Sign off paper-${lot}` }).check();
    const foot = page.getByRole('region', { name: 'One answer for several tasks' });
    await foot.getByRole('button', { name: 'Approve' }).click();
    await foot.getByText(`${LOTS} tasks are settled.`).waitFor();
  });

  it('lets a substitute complete what the operator has left', { timeout: TIMEOUT_MS }, async () => {
    const left = await taskOf('lot-next');
    {
      await using reader = await open('Dana');
      const { page } = reader;
      await reader.visit(`/inbox/${left?.id}`, 'main >> text="Release the lot"');
      await page.getByRole('button', { name: 'Take' }).click();
      await page.getByText('taken by you').waitFor();
      await page.getByRole('button', { name: 'Dana' }).click();
      await page.getByRole('button', { name: 'When I am away' }).click();
      const dialog = page.getByRole('dialog', { name: 'Who stands in for me' });
      await dialog.getByText('Nobody stands in.').waitFor();
      await choose(reader, dialog.getByRole('combobox', { name: 'Who', exact: true }), 'Olga');
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
      await dialog.getByLabel('Until').fill(tomorrow);
      await dialog.getByRole('button', { name: 'Add a substitute' }).click();
      await dialog.getByRole('button', { name: 'End: Olga' }).waitFor();
      expect(await blemishes(reader)).toEqual([]);
    }
    await using reader = await open('Olga');
    const { page } = reader;
    await reader.visit(`/inbox/${left?.id}`, 'main >> text="Release the lot"');
    await page.getByText('for Dana').first().waitFor();
    await page.getByText('You stand in for Dana: you can decide this in their place.').waitFor();
    await page.getByRole('textbox', { name: 'Weight' }).fill('9');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect
      .poll(async () => product.client.tasks.get(left?.id ?? ''), SOON)
      .toMatchObject({ state: 'done', settledFor: expect.any(String) });
    expect(reader.complaints()).toEqual([]);
  });

  it('lets an engineer hold, move, correct and migrate an instance', { timeout: TIMEOUT_MS }, async () => {
    const { instances } = product.client;
    await using reader = await open('Eli');
    const { page } = reader;
    await reader.visit(`/processes/instances/${day.broken}`, 'main svg');
    const dialog = page.getByRole('dialog');

    await page.getByRole('button', { name: 'Suspend' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('The line stands still.');
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    const notice = page.getByRole('region', { name: 'Suspended' });
    await notice.getByText(/^Eli suspended it/).waitFor();
    await notice.getByText('The line stands still.').waitFor();
    await notice.getByText('Nothing has come for it since.').waitFor();
    expect(await blemishesByDayAndNight(reader)).toEqual([]);
    await notice.getByRole('button', { name: 'Let it go on' }).click();
    await notice.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Other version' }).click();
    await dialog.getByRole('combobox', { name: 'Find the fault is there' }).waitFor();
    await dialog.getByText('from then on: late').waitFor();
    expect(await blemishes(reader)).toEqual([]);
    await dialog.getByRole('button', { name: 'Go on by version 2' }).click();
    await page.getByRole('link', { name: 'Repair v2' }).waitFor();
    expect(await instances.get(day.broken)).toMatchObject({ version: 2, at: ['find'] });

    await page.getByRole('button', { name: 'Move a token' }).click();
    await dialog.locator('g[data-choosable]', { hasText: 'Repair it' }).click();
    expect(await blemishes(reader)).toEqual([]);
    await dialog.getByRole('button', { name: 'Move it' }).click();
    await page.getByText('Eli moved a token to “Repair it”.').waitFor();

    await page.getByRole('button', { name: 'Variables' }).click();
    await dialog.getByRole('textbox', { name: 'hours' }).fill('four');
    await dialog.getByText('This is not JSON').waitFor();
    await dialog.getByRole('textbox', { name: 'hours' }).fill('5');
    await dialog.getByRole('button', { name: 'Remove note' }).click();
    await dialog.getByRole('button', { name: 'Change them' }).click();
    await page.getByText('Eli changed variables: hours and note.').waitFor();
    expect(await instances.get(day.broken)).toMatchObject({ at: ['fix'], variables: { hours: 5 } });
    expect(reader.complaints()).toEqual([]);
  });

  it('lets an engineer help on what is stuck', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open('Eli');
    const { page } = reader;
    await reader.visit('/processes/incidents', 'main >> text="sorting"');
    expect(await blemishesByDayAndNight(reader)).toEqual([]);
    await page.getByRole('button', { name: 'Settle by hand' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Settle by hand' }).click();
    await dialog.getByText(/cannot count as done: it has no way on/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(reader.complaints().join()).toContain('409');
    await page.getByRole('button', { name: 'Try again with other variables' }).click();
    await dialog.getByRole('textbox', { name: 'thickness' }).fill('4');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing is stuck').waitFor();
    expect(await product.client.instances.get(day.stuck)).toMatchObject({ status: 'completed' });
    expect(reader.complaints()).toEqual([]);
  });

  it('lets an engineer do one thing to many instances, counted first', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open('Eli');
    const { page } = reader;
    await reader.visit('/processes/instances?definition=waiting', 'main table');
    await page.getByRole('button', { name: 'Do something to all of these' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('To all instances that suit: process waiting.').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('No crane today.');
    await dialog.getByRole('button', { name: 'Count first' }).click();
    await dialog.getByText(`${MANY} instances suit.`).waitFor();
    expect(await blemishes(reader)).toEqual([]);
    await dialog.getByRole('button', { name: `Suspend: ${MANY} instances` }).click();
    await page.getByRole('heading', { name: 'Suspend', level: 1 }).waitFor();
    await page.getByText(`${MANY} of ${MANY}`).waitFor();
    await page.getByRole('status').getByText('Done').waitFor({ state: 'attached' });
    expect(await blemishesByDayAndNight(reader)).toEqual([]);
    const { items } = await product.client.instances.list({ definition: 'waiting', suspended: true, limit: 100 });
    expect(items).toHaveLength(MANY);
    await reader.visit('/processes/instances?suspended=true', 'main >> text="Suspended"');
    expect(await page.getByRole('cell', { name: 'Suspended' }).count()).toBe(MANY);
  });

  it('fits on a phone, in Hebrew too', { timeout: TIMEOUT_MS }, async () => {
    const [operation] = (await product.client.operations.list()).items;
    await using reader = await open('Eli', PHONE, 'he');
    const found: Record<string, string[]> = {};
    for (const path of [
      `/processes/instances/${day.broken}`,
      '/processes/instances?definition=waiting',
      '/processes/operations',
      `/processes/operations/${operation?.id}`,
      '/processes/incidents',
    ]) {
      await reader.visit(path, 'main');
      const all = [...(await stickingOut(reader.page)), ...reader.complaints()];
      if (all.length > 0) found[path] = all;
    }
    expect(found).toEqual({});
  });
});
