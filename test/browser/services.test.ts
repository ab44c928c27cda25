/** The pages about message services, with services that run beside the server on a real broker. */
import { Parser } from '@asyncapi/parser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshRabbit, freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { holdEverywhere, WIDE } from './everywhere.ts';
import { type Product, startProduct } from './product.ts';
import { type Cookies, inBrowser, isBrowserMissing, type Language, launchBrowser, Reader } from './reader.ts';
import { DEAD_LETTERS, startServices } from './services.ts';

const TIMEOUT_MS = 120_000;
const SOON = { timeout: 20_000 };

const what = withoutRabbit ? 'the pages of services (SKIPPED: RabbitMQ does not answer)' : 'the pages of services';

describe.skipIf(isBrowserMissing || withoutRabbit)(inBrowser(what), () => {
  let rabbit: FreshRabbit;
  let product: Product;
  let browser: Browser;
  let services: Awaited<ReturnType<typeof startServices>>;
  let cookies: Cookies = [];

  const open = (language: Language = 'en', viewport = WIDE): Promise<Reader> =>
    Reader.open(browser, { url: product.url, language, cookies, viewport });

  beforeAll(async () => {
    rabbit = freshRabbit();
    const { names, prefix } = rabbit;
    const own = ['process.firings'].flatMap((name) => [
      names.queue(name),
      names.urgentQueue(name),
      names.deadQueue(name),
    ]);
    const exchanges = ['millrace.rpc', 'millrace.commands', 'millrace.control', 'millrace.events'];
    rabbit.remember([...own, ...exchanges.flatMap((name) => [names.exchange(name), names.urgentExchange(name)])]);
    services = await startServices(await rabbit.open());
    product = await startProduct({ MILLRACE_BROKER: rabbitUrl, MILLRACE_BROKER_PREFIX: prefix });
    browser = await launchBrowser();
    await using reader = await open();
    await reader.page.goto(product.signInLink);
    await reader.page.locator('h1').first().waitFor();
    cookies = await reader.context.cookies();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
    await services?.close();
    await rabbit?.[Symbol.asyncDispose]();
  }, TIMEOUT_MS);

  it('lead from a service to its answer and its refusal', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/services', 'main >> text="focus"');
    await page.getByRole('link', { name: /^focus/ }).click();
    await page.getByText('jobs/{jobId}/configure').click();
    await page.getByText('max: integer // The last channel, included.').waitFor();
    await page.getByRole('button', { name: 'Try it: configure' }).click();
    const dialog = page.getByRole('dialog');
    const call = dialog.getByRole('button', { name: 'Call' });
    expect(await call.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'jobId' }).fill('42');
    const body = dialog.getByRole('textbox', { name: 'Body (JSON)' });
    expect(JSON.parse(await body.inputValue())).toMatchObject({ channels: { min: 1 }, view: 'waterfall' });
    await body.fill('{"channels": {"min": 9, "max": 1}, "view": "single"');
    await dialog.getByText('This is not JSON').waitFor();
    await body.fill('{"channels": {"min": 9, "max": 1}, "view": "single"}');
    await call.click();
    await dialog.getByText('focus.no-channels').waitFor();
    await dialog.getByText('min is above max').waitFor();
    expect(reader.complaints().join()).toContain('422');
    await body.fill('{"channels": {"min": 1, "max": 8}, "view": "single"}');
    await call.click();
    await dialog.getByText('"channels": 8').waitFor();
    expect(reader.complaints()).toEqual([]);
  });

  it('show the items of a stream', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/services/named/focus', 'main summary');
    await page.getByText('jobs/{jobId}/rows/{count:int}').click();
    await page.getByRole('button', { name: 'Try it: rows' }).click();
    await page.getByRole('textbox', { name: 'jobId' }).fill('7');
    await page.getByRole('textbox', { name: 'count' }).fill('three');
    await page.getByText('Write a whole number').waitFor();
    await page.getByRole('textbox', { name: 'count' }).fill('3');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByText('a stream of 3 items').waitFor();
    expect(reader.complaints()).toEqual([]);
  });

  it('are described for programs elsewhere, without the password of the broker', async () => {
    const document = await product.client.bus.asyncApi();
    const text = JSON.stringify(document);
    const { host } = new URL(rabbitUrl);
    expect(document.servers).toEqual({ broker: expect.objectContaining({ host, protocol: 'amqp' }) });
    expect(text).toContain(`"name":"${rabbit.prefix}millrace.rpc"`);
    expect(text).not.toContain('guest');
    const complaints = await new Parser().validate(text);
    expect(complaints.filter(({ severity }) => severity <= 1)).toEqual([]);
  });

  describe('everywhere', () => {
    /** Each page as somebody has it in front of them, opened as far as it goes. */
    const views: Readonly<Record<string, (reader: Reader) => Promise<void>>> = {
      services: (reader) => reader.visit('/services', 'main >> text="focus"'),
      service: async (reader) => {
        await reader.visit('/services/named/focus', 'main summary');
        for (const summary of await reader.page.locator('main summary').all()) await summary.click();
      },
      'a try': async (reader) => {
        await reader.visit('/services/named/focus', 'main summary');
        await reader.page.locator('main summary').first().click();
        await reader.page.locator('main details[open] button').first().click();
        await reader.page.locator('[role="dialog"] textarea').first().waitFor();
      },
      queues: (reader) => reader.visit('/services/queues', 'main >> text="focus.commands"'),
      'dead letters': async (reader) => {
        await reader.visit('/services/queues/focus.commands', 'main summary');
        for (const summary of await reader.page.locator('main summary').all()) await summary.click();
      },
    };
    holdEverywhere({ open, views, timeout: TIMEOUT_MS });
  });

  it('put dead letters back and drop them, after asking', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/services/queues', 'main >> text="focus.commands"');
    await page.getByRole('link', { name: `${DEAD_LETTERS} dead letters of focus.commands` }).click();
    await page.getByRole('button', { name: 'Drop: bus.invalid-body' }).click();
    await page.getByText('1 letter is removed for good.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Drop: bus.invalid-body' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Drop', exact: true }).click();
    await page.getByText('1 letter is dropped.').waitFor();
    services.isRepaired = true;
    await page.getByRole('button', { name: 'Put all back' }).click();
    await page.getByText('2 letters go back into the queue as if they were new.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Put back', exact: true }).click();
    await page.getByText('No dead letter', { exact: true }).waitFor();
    await expect.poll(() => product.client.bus.deadLetters('focus.commands'), SOON).toMatchObject({ items: [] });
    expect(reader.complaints()).toEqual([]);
  });
});
