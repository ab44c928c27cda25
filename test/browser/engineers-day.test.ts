/** An engineer's day: looks at modules, composes a process, sets a value while it runs, and edits an imported diagram. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachesOn, stickingOut } from './examine.ts';
import { PALLET } from './pallet.ts';
import { type Product, startProduct } from './product.ts';
import { type Cookies, inBrowser, isBrowserMissing, type Language, launchBrowser, Reader } from './reader.ts';

const WIDE = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
const TIMEOUT_MS = 120_000;
const SOON = { timeout: 20_000 };

describe.skipIf(isBrowserMissing)(inBrowser("an engineer's day"), () => {
  let product: Product;
  let browser: Browser;
  let cookies: Cookies = [];

  const open = (language: Language = 'en', viewport = WIDE): Promise<Reader> =>
    Reader.open(browser, { url: product.url, language, cookies, viewport });

  beforeAll(async () => {
    product = await startProduct();
    await product.client.recipients.create({
      name: 'technologists',
      members: [{ kind: 'address', value: 'technologist@plant.example' }],
    });
    await product.client.definitions.deploy(PALLET);
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

  it('composes a process without writing JSON, and sets a value of it while it runs', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { client } = product;
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/processes/modules', 'main >> text="Decision"');
    await page.getByRole('link', { name: 'Mail' }).filter({ hasText: 'recipient list' }).click();
    await page.getByRole('cell', { name: 'subject' }).first().waitFor();
    await page.getByText('No deployed process uses it.').waitFor();

    await page.getByRole('link', { name: 'Modules' }).first().click();
    await page.getByRole('link', { name: 'Definitions' }).click();
    await page.getByRole('link', { name: 'New process' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Goods in');
    await composeCount(page);
    await composeDecision(page);
    await composeMail(page);
    await page.getByText('Nothing is wrong. It would be version 1.').waitFor();
    await page.getByRole('button', { name: 'Deploy version 1' }).click();
    await page.getByRole('heading', { name: 'Goods in', level: 1 }).waitFor();
    const { source } = await client.definitions.get('goods-in');
    expect(source).toEqual(GOODS_IN);

    const running = await client.instances.start({ definition: 'goods-in', businessKey: 'pallet-1' });
    await page.getByRole('button', { name: 'Change the settings of “Count the pieces”' }).click();
    await page.getByRole('combobox', { name: 'Role' }).fill('technologist');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: /^set Administrator/ }).waitFor();
    await page.getByRole('button', { name: 'Change the settings of “Tell the shift”' }).click();
    await page.getByRole('combobox', { name: 'To' }).fill('technologists');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(async () => (await client.definitions.settings('goods-in')).steps, SOON)
      .toMatchObject({
        form: { role: 'technologist' },
        mail: { to: 'technologists' },
      });

    const [task] = (await client.tasks.list({ businessKey: 'pallet-1' })).items;
    expect(task).toMatchObject({ role: 'operator' });
    await client.tasks.complete(task?.id ?? '', { outcome: 'done', variables: { pieces: 120 } });
    await expect.poll(async () => (await client.instances.get(running.id)).status, SOON).toBe('completed');
    expect((await client.mails()).items).toMatchObject([{ list: 'technologists', subject: '120 pieces' }]);
    await client.instances.start({ definition: 'goods-in', businessKey: 'pallet-2' });
    const [next] = (await client.tasks.list({ businessKey: 'pallet-2' })).items;
    expect(next).toMatchObject({ role: 'technologist' });
    expect(reader.complaints().filter((one) => !isCheck(one))).toEqual([]);
  });

  it('edits an imported diagram in its own notation, and loses nothing of the file', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { client } = product;
    await using reader = await open();
    const { page } = reader;
    const scripts: string[] = [];
    page.on('response', (response) => scripts.push(response.url()));
    await reader.visit('/processes', 'main >> text="pallet"');
    expect(scripts.filter((url) => url.includes('modeler'))).toEqual([]);
    await page.getByRole('link', { name: 'Pallet', exact: true }).click();
    await page.getByRole('link', { name: 'Edit as BPMN' }).click();
    await page.locator('main .djs-shape[data-element-id="sort"]').waitFor();
    expect(scripts.filter((url) => url.includes('modeler'))).not.toEqual([]);
    await page.locator('main .bjs-powered-by').waitFor();
    await page.locator('main .djs-shape[data-element-id="sort"]').click();
    const name = page.getByRole('textbox', { name: 'Name' });
    await expect.poll(() => name.inputValue(), SOON).toBe('Sort the pallet');
    await name.fill('Sort it by size');
    await name.press('Enter');
    await page.getByRole('textbox', { name: 'Role' }).fill('engineer');
    await page.getByRole('textbox', { name: 'Role' }).press('Enter');
    await page.getByRole('button', { name: 'Deploy version 2' }).click();
    await page.getByRole('heading', { name: 'Pallet', level: 1 }).waitFor();
    await page.getByText('Sort it by size').first().waitFor();
    // Both stand on the page of the diagram too: that it is deployed, the server says.
    await expect.poll(async () => (await client.definitions.get('pallet')).version, SOON).toBe(2);
    const { source } = await client.definitions.get('pallet');
    expect(source).toMatchObject({ nodes: expect.arrayContaining([sorted]) });
    const xml = await client.definitions.bpmn('pallet');
    for (const kept of ['<dc:Bounds x="280" y="138"', 'plant:shelf="7"', 'due="4h"']) expect(xml).toContain(kept);
    expect(reader.complaints().filter((one) => !isCheck(one))).toEqual([]);
  });

  it.each<Language>(['en', 'he'])(
    'keeps nobody out, and fits on a phone: %s',
    { timeout: TIMEOUT_MS },
    async (language) => {
      await using reader = await open(language, PHONE);
      const breaches: string[] = [];
      for (const { path, shows, opens } of PAGES) {
        await reader.visit(path, shows);
        if (opens !== undefined) await reader.page.locator(opens).first().click();
        await reader.turn(language === 'en' ? 'light' : 'dark');
        const found = [...(await breachesOn(reader.page, 'everything')), ...(await stickingOut(reader.page))];
        breaches.push(...found.map((one) => `${path}: ${one}`));
      }
      expect(breaches).toEqual([]);
      expect(reader.complaints()).toEqual([]);
    },
  );
});

/** A draft is asked about before it is whole: then the server says what is wrong, as a problem. */
const isCheck = (complaint: string): boolean =>
  complaint.includes('/definitions?dryRun=true') || complaint.includes('422');

const PAGES = [
  { path: '/processes/modules', shows: 'main li a', opens: undefined },
  { path: '/processes/modules/http', shows: 'main table', opens: undefined },
  { path: '/processes/compose?from=goods-in', shows: 'main ol button', opens: 'main ol button >> nth=5' },
  { path: '/processes/bpmn?from=pallet', shows: 'main .djs-shape', opens: undefined },
  { path: '/processes/definitions/goods-in', shows: 'main details', opens: 'main td button' },
];

/** The part of a step that has this name. */
const step = (page: Page, name: string): Locator =>
  page.locator('main ol > li').filter({ has: page.getByRole('button', { name, expanded: true }) });

async function add(page: Page, kind: string, name: string): Promise<Locator> {
  await page.getByRole('combobox', { name: 'Add a step' }).click();
  await page.getByRole('option', { name: kind, exact: true }).click();
  await page.getByRole('textbox', { name: 'Name of the step' }).fill(name);
  return step(page, name);
}

async function composeCount(page: Page): Promise<void> {
  const card = await add(page, 'Task for a person', 'Count the pieces');
  await card.getByRole('textbox', { name: 'Due' }).fill('4h');
  await card.getByRole('button', { name: 'Add a field' }).click();
  await card.getByRole('textbox', { name: 'Variable' }).fill('pieces');
  await card.getByRole('textbox', { name: 'What people read' }).fill('Pieces');
  await card.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Whole number' }).click();
  await card.getByRole('checkbox', { name: 'Must be filled in' }).check();
}

async function composeDecision(page: Page): Promise<void> {
  const card = await add(page, 'Decision', 'Is it much?');
  await card.getByRole('textbox', { name: 'When (FEEL)' }).first().fill('pieces > 100');
  await card.getByRole('textbox', { name: 'Outcome' }).first().fill('much');
  await card.getByRole('textbox', { name: 'Outcome' }).nth(1).fill('little');
}

/** Much is told to the shift, little ends. */
async function composeMail(page: Page): Promise<void> {
  const card = await add(page, 'Mail', 'Tell the shift');
  await card.getByRole('combobox', { name: 'To' }).fill('nobody-yet');
  await card.getByRole('textbox', { name: 'Subject' }).fill('{pieces} pieces');
  await card.getByRole('textbox', { name: 'Text', exact: true }).fill('Please make room.');
  await page.getByRole('button', { name: /^Is it much\?/ }).click();
  await step(page, 'Is it much?').getByRole('combobox', { name: 'After “little”' }).click();
  await page.getByRole('option', { name: 'End', exact: true }).click();
}

const GOODS_IN = {
  key: 'goods-in',
  name: 'Goods in',
  nodes: [
    { id: 'start', type: 'start', next: 'form' },
    {
      ...{ id: 'form', type: 'userTask', role: 'operator', name: 'Count the pieces', due: '4h', next: 'decision' },
      form: {
        ...{ type: 'object', required: ['pieces'] },
        properties: { pieces: { type: 'integer', title: 'Pieces' } },
      },
    },
    {
      ...{ id: 'decision', type: 'businessRuleTask', name: 'Is it much?' },
      rules: [{ when: 'pieces > 100', outcome: 'much' }, { outcome: 'little' }],
      next: { much: 'mail', little: 'end' },
    },
    {
      ...{ id: 'mail', type: 'mail', name: 'Tell the shift', next: 'end' },
      ...{ to: 'nobody-yet', subject: '{pieces} pieces', text: 'Please make room.' },
    },
    { id: 'end', type: 'end' },
  ],
};

const sorted = expect.objectContaining({ id: 'sort', name: 'Sort it by size', role: 'engineer', due: '4h' });
