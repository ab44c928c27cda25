/** Tasks that are answered several at once, on a real server in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachesOn, stickingOut } from './examine.ts';
import { type Product, startProduct } from './product.ts';
import { inBrowser, isBrowserMissing, launchBrowser, Reader } from './reader.ts';

const WIDE = { width: 1360, height: 900 };
const TIMEOUT_MS = 120_000;
const SIGN_OFF = {
  key: 'sign-off',
  nodes: [
    {
      ...{ id: 'look', type: 'userTask', name: 'Sign off', role: 'operator', next: 'end' },
      ...{ outcomes: ['approved', 'rejected'], commentOn: ['rejected'] },
    },
    { id: 'end', type: 'end' },
  ],
};

describe.skipIf(isBrowserMissing)(inBrowser('several tasks'), () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct();
    const { definitions, instances } = product.client;
    await definitions.deploy(SIGN_OFF);
    for (const businessKey of ['lot-1', 'lot-2', 'lot-3'])
      await instances.start({ definition: SIGN_OFF.key, businessKey });
    browser = await launchBrowser();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  }, TIMEOUT_MS);

  it('are answered at once, and the refused ones are named', { timeout: TIMEOUT_MS }, async () => {
    const { tasks } = product.client;
    await using reader = await Reader.open(browser, { url: product.url, language: 'en', cookies: [], viewport: WIDE });
    const { page } = reader;
    await page.goto(product.signInLink);
    await page.getByRole('button', { name: 'Answer several at once' }).click();
    await page.getByRole('checkbox', { name: 'Choose: Sign off lot-3' }).check();
    await page.getByText('Offered', { exact: true }).click();
    await page.getByText('0 tasks are chosen.').waitFor();
    for (const lot of ['lot-1', 'lot-2']) await page.getByRole('checkbox', { name: `Choose: Sign off ${lot}` }).check();
    const foot = page.getByRole('region', { name: 'One answer for several tasks' });
    await foot.getByText('2 tasks are chosen.').waitFor();
    expect(await foot.getByRole('button').allTextContents()).toEqual(['Approve', 'Close']);
    expect(await breachesOn(page, 'everything')).toEqual([]);
    expect(await stickingOut(page)).toEqual([]);

    const [lost] = (await tasks.list({ businessKey: 'lot-1' })).items;
    await tasks.complete(lost?.id ?? '', { outcome: 'rejected', comment: 'Too late.' });
    await foot.getByRole('button', { name: 'Approve' }).click();
    await foot.getByText('1 task is settled.').waitFor();
    await foot.getByText('1 was refused:').waitFor();
    expect(await foot.getByRole('listitem').allTextContents()).toEqual([expect.stringMatching(/^lot-1: .*rejected/)]);
    expect((await tasks.list()).items).toMatchObject([{ businessKey: 'lot-3' }]);
    expect(reader.complaints()).toEqual([]);
  });
});
