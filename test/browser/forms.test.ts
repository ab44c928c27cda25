/** Tasks that ask for something to be filled in, on a real server in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachesOn, stickingOut } from './examine.ts';
import { GOODS_IN } from './forms.ts';
import { type Product, startProduct } from './product.ts';
import { type Cookies, inBrowser, isBrowserMissing, type Language, launchBrowser, Reader } from './reader.ts';

const WIDE = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
const FORM = 'main input[type="date"]';
const TIMEOUT_MS = 120_000;
const LANGUAGES: readonly Language[] = ['en', 'he'];

describe.skipIf(isBrowserMissing)(inBrowser('the form of a task'), () => {
  let product: Product;
  let browser: Browser;
  let cookies: Cookies = [];

  const open = (language: Language = 'en', viewport = WIDE): Promise<Reader> =>
    Reader.open(browser, { url: product.url, language, cookies, viewport });

  /** A new delivery; answers its instance and the address of its task. */
  const delivery = async (businessKey: string) => {
    const { id } = await product.client.instances.start({ definition: GOODS_IN.key, businessKey });
    const [task] = (await product.client.tasks.list({ businessKey })).items;
    return { id, path: `/inbox/${task?.id}` };
  };

  beforeAll(async () => {
    product = await startProduct();
    await product.client.definitions.deploy(GOODS_IN);
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

  it('says what is wrong at its fields, and is sent with the right types', { timeout: TIMEOUT_MS }, async () => {
    const { id, path } = await delivery('delivery-1');
    await using reader = await open();
    const { page } = reader;
    await reader.visit(path, FORM);
    const supplier = page.getByRole('textbox', { name: 'Supplier' });
    const pieces = page.getByRole('textbox', { name: 'Pieces' });
    const alert = page.getByRole('alert');
    const described = async (field: typeof supplier) => {
      const ids = (await field.getAttribute('aria-describedby'))?.split(/\s+/) ?? [];
      return Promise.all(ids.map((one) => page.locator(`[id='${one}']`).textContent()));
    };

    await page.getByRole('button', { name: 'Approve' }).click();
    await alert.getByText('2 things are not right yet. Nothing was recorded.').waitFor();
    expect(await alert.evaluate('document.activeElement.getAttribute("role")')).toBe('alert');
    expect((await described(supplier)).toSorted()).toEqual(['As it stands on the delivery note.', 'Fill this in.']);
    await alert.getByRole('button', { name: 'Pieces' }).click();
    await page.keyboard.type('12');
    await supplier.fill('acme');
    await alert.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Approve' }).click();
    await alert.getByRole('button', { name: 'Supplier' }).waitFor();
    expect((await described(supplier)).join()).toMatch(/pattern/);
    expect(await supplier.getAttribute('aria-invalid')).toBe('true');
    expect(reader.complaints().join()).toContain('422');

    await supplier.fill('Acme');
    await page.getByLabel('Arrived').fill('2026-05-04');
    await page.getByRole('checkbox', { name: 'Nothing is missing' }).check();
    await page.getByRole('group', { name: 'Where it lies' }).getByRole('textbox', { name: 'Shelf' }).fill('7');
    await page.getByRole('textbox', { name: 'Serial numbers' }).fill('["A-1", "A-2"]');
    expect(await pieces.inputValue()).toBe('12');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Nothing waits for you').first().waitFor();
    const instance = await product.client.instances.get(id);
    expect(instance).toMatchObject({ status: 'completed' });
    expect(instance.variables).toMatchObject({
      ...{ supplier: 'Acme', pieces: 12, quality: 'good', arrived: '2026-05-04', isComplete: true },
      ...{ place: { shelf: 7 }, serials: ['A-1', 'A-2'] },
    });
    expect(reader.complaints()).toEqual([]);
  });

  it.each(LANGUAGES)('keeps nobody out, and fits on a phone: %s', { timeout: TIMEOUT_MS }, async (language) => {
    const { path } = await delivery(`delivery-${language}`);
    await using reader = await open(language, PHONE);
    await reader.visit(path, FORM);
    await reader.page.locator('main section button[data-variant="filled"]').click();
    await reader.page.locator('[role="alert"]').waitFor();
    await reader.turn('light');
    const byDay = await breachesOn(reader.page, 'everything');
    const outside = await stickingOut(reader.page);
    await reader.turn('dark');
    expect([...byDay, ...outside, ...(await breachesOn(reader.page, 'colours'))]).toEqual([]);
    expect(reader.complaints()).toEqual([]);
  });
});
