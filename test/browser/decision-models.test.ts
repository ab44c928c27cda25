/** An engineer makes a decision, brings one in as a file, and edits a model as a graph. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HANDLING } from './decisions.ts';
import { holdEverywhere, WIDE } from './everywhere.ts';
import { type Product, startProduct } from './product.ts';
import { type Cookies, inBrowser, isBrowserMissing, type Language, launchBrowser, Reader } from './reader.ts';

const TIMEOUT_MS = 120_000;
const SOON = { timeout: 20_000 };
const DRAWN = 'section[data-drawn="true"]';
/** A model that DMN 1.3 has no words for. */
const LOOP = `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="loop-model" name="Loop" namespace="urn:loop">
  <inputData id="list-data" name="list"/>
  <decision id="loop" name="loop">
    <informationRequirement id="r"><requiredInput href="#list-data"/></informationRequirement>
    <for iteratorVariable="n"><in><literalExpression><text>list</text></literalExpression></in><return><literalExpression><text>n + 1</text></literalExpression></return></for>
  </decision>
</definitions>`;

describe.skipIf(isBrowserMissing)(inBrowser('models of decisions'), () => {
  let product: Product;
  let browser: Browser;
  let cookies: Cookies = [];

  const open = (language: Language = 'en', viewport = WIDE): Promise<Reader> =>
    Reader.open(browser, { url: product.url, language, cookies, viewport });

  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
    const { id } = await product.client.people.create({ name: 'Some engineer', roles: ['engineer'] });
    const { url } = await product.client.people.signInLink(id);
    await using reader = await open();
    await reader.page.goto(url);
    await reader.page.locator('h1').first().waitFor();
    cookies = await reader.context.cookies();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  }, TIMEOUT_MS);

  const keys = async (): Promise<string[]> => (await product.client.decisions.list()).items.map(({ key }) => key);
  const versionOf = async (key: string): Promise<number> => (await product.client.decisions.get(key)).version;

  it('begin with a name, a key and a table, which becomes version 1', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/decisions', 'main');
    await page.getByRole('link', { name: 'New decision' }).click();
    const save = page.getByRole('button', { name: 'Save as version 1' });
    expect(await save.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Name' }).fill('Speed of the belt');
    const key = page.getByRole('textbox', { name: 'Key' });
    expect(await key.inputValue()).toBe('speed-of-the-belt');
    await key.fill('belt speed');
    await page.getByText('A key begins with a letter').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await key.fill('belt-speed');

    await page.getByRole('textbox', { name: 'Rule 1, value' }).fill('>= (');
    await page.locator('td[data-wrong="true"]').waitFor();
    await page.getByRole('textbox', { name: 'Rule 1, value' }).fill('>= 5');
    await page.getByRole('textbox', { name: 'Rule 1, result' }).fill('"fast"');
    await page.locator('td[data-wrong="true"]').waitFor({ state: 'detached' });
    await save.click();
    await page.getByText('Saved as version 1.').waitFor();
    await page.getByRole('heading', { name: 'Speed of the belt', level: 1 }).waitFor();
    const { value } = await product.client.decisions.evaluate('belt-speed', { input: { value: 7 } });
    expect(value).toBe('fast');
    expect(reader.complaints().filter((one) => !one.includes('422'))).toEqual([]);
  });

  it('cannot begin with a key that is taken, and are not left unasked', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/new-decision', 'main textarea');
    await page.getByRole('textbox', { name: 'Name' }).fill('Belt speed');
    await page.getByText('Another model has this key.').waitFor();
    expect(await page.getByRole('button', { name: 'Save as version 1' }).isDisabled()).toBe(true);
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: 'Inbox' }).click();
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
    expect(await versionOf('belt-speed')).toBe(1);
  });

  it('come in as files, picked or dropped, and say before what is wrong and what they become', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/decisions', 'main table');
    await pick(page, 'wrong.dmn', HANDLING.replace('(value - limit) / limit', '(value - limit / limit'));
    await page.getByText('It cannot be deployed: one thing is wrong.').waitFor();
    for (const name of ['10', '23', 'e1', 'feel']) await page.getByRole('cell', { name, exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Deploy', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).click();

    await drop(page, 'handling.dmn', HANDLING);
    await page.getByText('A new model, handling-model.').waitFor();
    expect(await keys()).not.toContain('handling');
    await page.getByRole('button', { name: 'Deploy as version 1' }).click();
    await page.getByText('handling-model is deployed as version 1.').waitFor();
    expect(await keys()).toContain('handling');

    await page.getByRole('link', { name: 'Decisions', exact: true }).first().click();
    await page.getByRole('button', { name: 'Import a file' }).waitFor();
    await pick(page, 'next.dmn', HANDLING.replace('/ limit<', '/ (limit + extra)<'));
    await page.getByText('It becomes version 2 of handling-model; version 1 is deployed.').waitFor();
    await page.getByRole('cell', { name: 'unknown-name', exact: true }).waitFor();
    await pick(page, 'same.dmn', HANDLING);
    await page.getByText('It is version 1 of handling-model, letter for letter.').waitFor();
    expect(reader.complaints().filter((one) => !one.includes('422'))).toEqual([]);
  });

  it('are drawn and edited as graphs; what is wrong leads to its element', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/decisions/handling', 'main textarea');
    await page.getByRole('link', { name: 'Edit the graph' }).click();
    await page.locator(DRAWN).waitFor();
    await page.getByText('Nothing is wrong with it.').waitFor();

    await page.locator('[data-element-id="excess"]').first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('excess of the limit');
    await page.keyboard.press('Enter');
    await page.getByText('Changed since version 1').waitFor();
    await page.getByText('reads "excess", which is declared nowhere').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Changed since version 1').waitFor({ state: 'detached' });

    await openLogic(page, 'excess');
    const expression = page.getByRole('textbox', { name: 'Literal expression editor' });
    await expression.fill('(value - limit) / (');
    await page.getByRole('cell', { name: 'feel', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('It was not saved: something in it is wrong.').waitFor();
    expect(await versionOf('handling')).toBe(1);
    await page.getByRole('button', { name: 'View DRD' }).click();
    await page.locator('[data-element-id="excess"]').first().waitFor();
    await page.getByRole('cell').getByRole('button', { name: 'excess' }).click();
    await expression.fill('(value - limit) / limit + 1');
    await page.getByText('Nothing is wrong with it.').waitFor();
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('Saved as version 2.').waitFor();
    const { value } = await product.client.decisions.evaluate('excess', { input: { value: 150, limit: 100 } });
    expect(value).toBe(1.5);
    const saved = await product.client.decisions.dmn('excess');
    expect(saved).toContain('xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"');
    expect(saved).toContain('Far beyond the limit');
    expect(saved).toContain('DMNShape');
    expect(reader.complaints().filter((one) => !one.includes('422'))).toEqual([]);
  });

  it('grow by what is drawn', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/decisions/handling/graph', DRAWN);
    await page.locator('[data-element-id="handling"]').first().click();
    await page.locator('.djs-context-pad [data-action="append.decision"]').click();
    await page.getByText('Changed since version').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('textbox', { name: 'Key' }).count(), SOON).toBe(1);
    const key = page.getByRole('textbox', { name: 'Key' });
    await key.fill('handling');
    await key.press('Enter');
    await page.getByText('Something else in the model is called handling.').waitFor();
    await key.fill('follow-up');
    await key.press('Enter');
    await page.locator('[data-element-id="follow-up"]').first().waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Follow up');
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: 'missing-expression', exact: true }).waitFor();
    await page.getByRole('cell').getByRole('button', { name: 'Follow up' }).waitFor();
  });

  it('say who was faster, and are not left unasked', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    // Without live events the page hears of another version only when it saves.
    await page.route('**/api/v1/events*', (route) => route.abort());
    await reader.visit('/decisions/handling/graph', DRAWN);
    const version = await versionOf('handling');
    await page.locator('[data-element-id="severity-input"]').first().click();
    const pause = page.getByRole('textbox', { name: 'Name' });
    await pause.fill('severity');
    await page.locator('[data-element-id="handling"]').first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Handling');
    await page.keyboard.press('Enter');
    await page.getByText(`Changed since version ${version}`).waitFor();
    await product.client.definitions.deploy(HANDLING.replace('&gt;= 0.2', '&gt;= 0.4'));

    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText(`Somebody was faster: version ${version + 1} is deployed.`).waitFor();
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: 'Inbox' }).click();
    await page.getByRole('button', { name: `Save over version ${version + 1}` }).click();
    await page.getByText(`Saved as version ${version + 2}.`).waitFor();
    expect((await product.client.decisions.get('handling')).name).toBe('Handling');
    expect(reader.complaints().filter((one) => !/409|422|\/events/.test(one))).toEqual([]);
  });

  it('that dmn-js would not give back whole are only looked at, and the reason is told', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await product.client.definitions.deploy(LOOP);
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/decisions/loop/graph', 'main >> text="This model can be looked at here, not edited."');
    await page.getByRole('listitem').filter({ hasText: '<for> – loop' }).waitFor();
    await page.locator(DRAWN).waitFor();
    await page.locator('[data-element-id="list-data"]').first().waitFor();
    expect(await page.locator('.djs-palette').count()).toBe(0);
    expect(reader.complaints()).toEqual([]);
  });

  describe('everywhere', () => {
    holdEverywhere({
      open,
      timeout: TIMEOUT_MS,
      views: {
        new: async (reader) => {
          await reader.visit('/new-decision', 'main textarea');
          await reader.page.locator('main input').nth(1).fill('no key');
          await reader.page.locator('main input[aria-invalid="true"]').waitFor();
        },
        file: async (reader) => {
          await reader.visit('/decisions', 'main table');
          const wide = HANDLING.replace('/ limit<', '/ (limit + a_name_that_is_declared_nowhere_in_the_model)<');
          await reader.page.locator('input[type="file"]').setInputFiles(fileOf('next.dmn', wide));
          await reader.page.getByText('unknown-name').waitFor();
        },
        graph: async (reader) => {
          await reader.visit('/decisions/handling/graph', DRAWN);
          await reader.page.locator('[data-element-id="excess"]').first().click();
          await reader.page.locator('main [dir="auto"] input').first().waitFor();
          await reader.page.locator('main [dir="auto"] input').first().fill('other');
          await reader.page.keyboard.press('Enter');
          await reader.page.getByText('unknown-name').first().waitFor();
        },
        picture: async (reader) => {
          await reader.visit('/decisions/handling', 'main textarea');
          await reader.page.locator('main [role="radiogroup"] label').last().click();
          await reader.page.locator(DRAWN).waitFor();
        },
        'read only': (reader) => reader.visit('/decisions/loop/graph', DRAWN),
      },
    });
  });
});

const fileOf = (name: string, text: string) => ({ name, mimeType: 'application/xml', buffer: Buffer.from(text) });

const pick = (page: Page, name: string, text: string): Promise<void> =>
  page.getByLabel('DMN file').setInputFiles(fileOf(name, text));

/** As if a hand had brought it from a folder. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(`(() => {
    const data = new DataTransfer();
    data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
    return data;
  })()`);
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
  await page.getByText('Drop the DMN file to look at it').waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
}

/** The sign on a decision opens its table or expression. */
async function openLogic(page: Page, id: string): Promise<void> {
  await page.locator(`[data-container-id="${id}"] .drill-down-overlay`).click();
}
