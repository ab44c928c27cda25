/** An engineer and a decision: deploys its file, edits its table, tries it, saves it, and sees why a process went its way. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideByRules, LONG, RULES } from './decisions.ts';
import { holdEverywhere, WIDE } from './everywhere.ts';
import { type Product, startProduct } from './product.ts';
import { type Cookies, inBrowser, isBrowserMissing, type Language, launchBrowser, Reader } from './reader.ts';

const TIMEOUT_MS = 120_000;
const SOON = { timeout: 20_000 };
const SAMPLE = 'defect-handling';

describe.skipIf(isBrowserMissing)(inBrowser('decisions'), () => {
  let product: Product;
  let browser: Browser;
  const cookies: Record<'engineer' | 'operator', Cookies> = { engineer: [], operator: [] };

  type Who = { readonly as?: keyof typeof cookies; readonly language?: Language; readonly viewport?: typeof WIDE };
  const open = ({ as = 'engineer', language = 'en', viewport = WIDE }: Who = {}): Promise<Reader> =>
    Reader.open(browser, { url: product.url, language, cookies: cookies[as], viewport });

  beforeAll(async () => {
    product = await startProduct();
    browser = await launchBrowser();
    for (const role of ['engineer', 'operator'] as const) {
      const { id } = await product.client.people.create({ name: `Some ${role}`, roles: [role] });
      const { url } = await product.client.people.signInLink(id);
      await using reader = await open({ as: role });
      await reader.page.goto(url);
      await reader.page.locator('h1').first().waitFor();
      cookies[role] = await reader.context.cookies();
    }
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  }, TIMEOUT_MS);

  const newest = () => product.client.decisions.get(SAMPLE);

  it('begin with a sample; a draft is tried, mended and saved as the next version', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit('/inbox', 'main');
    await page.getByRole('link', { name: 'Decisions' }).click();
    await page.getByRole('button', { name: 'Deploy the sample' }).click();
    await page.getByRole('link', { name: 'Who handles a defect' }).click();
    await tryWith(page, { severity: 'medium', value: '500' });
    await resultIs(page, '"technologist"');
    expect(await marksOn(page)).toEqual(['1: severity', '2: value', '3: fired', '4: severity', '5: severity']);
    await page.getByText('No rules overlap, and nothing is left out.').waitFor();

    await cell(page, 3, 'Handled by').fill('"operator');
    await page.getByRole('button', { name: 'Rule 3, Handled by' }).waitFor();
    await expect.poll(() => cell(page, 3, 'Handled by').getAttribute('aria-invalid'), SOON).toBe('true');
    await cell(page, 3, 'Handled by').fill('"operator"');
    await resultIs(page, '"operator"');
    await expect.poll(() => cell(page, 3, 'Handled by').getAttribute('aria-invalid'), SOON).toBe('false');
    await page.getByText('Result of your draft').waitFor();
    expect((await newest()).version).toBe(1);

    await cell(page, 4, 'Value of the lot').fill('>= 9000');
    await page.getByRole('button', { name: 'Rules 4, 5' }).click();
    await page.locator('tr[data-rule="4"][data-shown="true"]').waitFor();
    await cell(page, 4, 'Value of the lot').fill('>= 20000');
    await page.getByRole('button', { name: 'Add a rule for it' }).click();
    await expect.poll(() => cell(page, 6, 'Value of the lot').inputValue(), SOON).toBe('[10000..20000)');
    await cell(page, 6, 'Handled by').fill('"technologist"');
    await page.getByText('No rules overlap, and nothing is left out.').waitFor();

    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('Saved as version 2.').waitFor();
    const { version, table } = await newest();
    expect(version).toBe(2);
    expect(table?.rules.map(({ inputs, outputs }) => [...inputs, ...outputs].join(' ')).slice(2)).toEqual([
      '"medium" < 10000 "operator"',
      '"low" >= 20000 "technologist"',
      '"low" < 10000 "operator"',
      '"low" [10000..20000) "technologist"',
    ]);
    await page.getByText('Changed since version').waitFor({ state: 'detached' });
    expect(await page.getByRole('combobox', { name: 'severity' }).inputValue()).toBe('medium');
    expect(reader.complaints()).toEqual([]);
  });

  it('are edited by keys, and every step is taken back', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    await reader.visit(`/decisions/${SAMPLE}`, 'main textarea');
    const before = await textsOn(page);
    await cell(page, 1, 'Severity').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowRight');
    await focusIs(page, 'Rule 1, Value of the lot');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await focusIs(page, 'Rule 3, Value of the lot');
    await page.keyboard.press('Alt+ArrowUp');
    await focusIs(page, 'Rule 2, Value of the lot');
    await page.keyboard.press('Control+Enter');
    await focusIs(page, 'Rule 3, Value of the lot');
    await page.keyboard.type('< 7');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Change the column “Note”' }).click();
    await page.getByRole('button', { name: 'Delete the column' }).click();
    expect((await textsOn(page))[0]).toEqual(before[0]?.slice(0, 3));
    for (let step = 0; step < 5; step++) await page.getByRole('button', { name: 'Undo' }).click();
    expect(await textsOn(page)).toEqual(before);
    await page.getByText('not saved').waitFor({ state: 'detached' });
    await cell(page, 2, 'Severity').fill('"none"');
    await page.getByRole('button', { name: 'Give up the changes' }).click();
    await page.getByText('not saved').waitFor({ state: 'detached' });
    expect(await textsOn(page)).toEqual(before);
    expect(reader.complaints()).toEqual([]);
  });

  it('say who was faster, lose no draft, and let it be saved over', { timeout: TIMEOUT_MS }, async () => {
    await using reader = await open();
    const { page } = reader;
    // Without live events the page hears of another version only when it saves.
    await page.route('**/api/v1/events*', (route) => route.abort());
    await reader.visit(`/decisions/${SAMPLE}`, 'main textarea');
    await cell(page, 1, 'Note').fill('Mine');
    const { version, table } = await newest();
    if (table === undefined) throw new Error('the decision has no table');
    const [first, ...rest] = table.rules;
    const theirs = { ...table, rules: [{ ...first, annotations: ['Theirs'] }, ...rest] } as typeof table;
    await product.client.decisions.change(SAMPLE, { table: theirs, basedOn: version });

    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText(`Somebody was faster: version ${version + 1} is deployed.`).waitFor();
    expect((await newest()).table?.rules[0]?.annotations).toEqual(['Theirs']);
    expect(await cell(page, 1, 'Note').inputValue()).toBe('Mine');

    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: 'Inbox' }).click();
    await cell(page, 1, 'Note').waitFor();

    await page.getByRole('button', { name: `Save over version ${version + 1}` }).click();
    await page.getByText(`Saved as version ${version + 2}.`).waitFor();
    expect((await newest()).table?.rules[0]?.annotations).toEqual(['Mine']);
    expect(await cell(page, 1, 'Note').inputValue()).toBe('Mine');
    const unexpected = reader.complaints().filter((one) => !/409|\/events/.test(one));
    expect(unexpected).toEqual([]);
  });

  describe('of a process', () => {
    let made: { readonly instance: string; readonly task: string };
    beforeAll(async () => {
      made = await decideByRules(product.client);
    }, TIMEOUT_MS);

    it('are told with the rules that fired, on its page and before its task', { timeout: TIMEOUT_MS }, async () => {
      await using reader = await open({ as: 'operator' });
      const { page } = reader;
      const sentence = '“Who looks at it” was decided by “handling”, version 1: rule 2 fired.';
      for (const path of [`/inbox/${made.task}`, `/processes/instances/${made.instance}`]) {
        await reader.visit(path, `main >> text="${sentence}"`);
        await page.getByText('Why', { exact: true }).click();
        await page.getByText('Rule 2 fired: Far beyond the limit').waitFor();
        await page.getByText('excess = 0.3').waitFor();
      }
      await page.getByRole('link', { name: 'To the decision' }).click();
      await page.getByRole('heading', { name: 'handling', level: 1 }).waitFor();
      expect(reader.complaints()).toEqual([]);
    });

    it('are read, tried and followed, and not changed, by who is no engineer', { timeout: TIMEOUT_MS }, async () => {
      await using reader = await open({ as: 'operator' });
      const { page } = reader;
      await reader.visit('/decisions/handling', 'main tr[data-rule="3"]');
      await tryWith(page, { severity: 'critical' });
      await resultIs(page, '{"role":"technologist","minutes":10}');
      await page.locator('tr[data-rule="1"][data-fired="true"]').waitFor();
      expect(await page.locator('main table textarea').count()).toBe(0);
      expect(await page.getByRole('toolbar').count()).toBe(0);
      await page.getByText('Diagram', { exact: true }).click();
      await page.locator('[data-element-id="severity-input"]').first().waitFor();
      expect(await page.getByRole('link', { name: 'Edit the graph' }).count()).toBe(0);
      await page.getByRole('link', { name: 'excess' }).click();
      await page.getByText('(value - limit) / limit').waitFor();
      await tryWith(page, { value: '130', limit: '0' });
      await resultIs(page, 'null');
      await page.getByText('a division by zero').waitFor();
      await page.goto(`/decisions/${SAMPLE}?version=1`);
      await page.getByText('This is version 1;').waitFor();
      expect(reader.complaints()).toEqual([]);
    });

    it('are drawn where their file has a picture', { timeout: TIMEOUT_MS }, async () => {
      await using reader = await open();
      const { page } = reader;
      await reader.visit(`/decisions/${SAMPLE}`, 'main textarea');
      await page.getByText('Diagram', { exact: true }).click();
      await page.locator('[data-element-id="severity-data"]').first().waitFor();
      await page.locator('a.bjs-powered-by').waitFor();
      expect(reader.complaints()).toEqual([]);
    });

    it('show every column of their table, or say that it scrolls', { timeout: TIMEOUT_MS }, async () => {
      const saysMore = async (width: number): Promise<boolean> => {
        await using reader = await open({ viewport: { width, height: 900 } });
        await reader.visit('/decisions/handling', 'main textarea');
        const beyond = await reader.page.evaluate<number>(
          "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('main table').parentElement)",
        );
        const note = reader.page.getByText('There are more columns: the table scrolls sideways.');
        await note.waitFor({ state: beyond > 1 ? 'visible' : 'detached' });
        return beyond > 1;
      };
      expect(await saysMore(1_200)).toBe(false);
      expect(await saysMore(390)).toBe(true);
    });

    it('stay quick with a thousand rules', { timeout: TIMEOUT_MS }, async () => {
      await using reader = await open();
      const { page } = reader;
      await reader.visit(`/decisions/${LONG}`, 'main textarea');
      expect(await page.locator('tr[data-rule]').count()).toBeLessThan(150);
      await page.getByRole('button', { name: `Rules ${RULES - 1}, ${RULES}` }).click();
      await page.locator(`tr[data-rule="${RULES}"][data-shown="true"]`).waitFor();
      await cell(page, RULES, 'n').focus();
      await page.keyboard.press('Enter');
      await focusIs(page, `Rule ${RULES + 1}, n`);
      await page.keyboard.type('>= 1000');
      await tryWith(page, { n: '2000' });
      await page.locator(`tr[data-rule="${RULES + 1}"][data-fired="true"]`).waitFor();
      expect(await page.locator('tr[data-rule]').count()).toBeLessThan(150);
      expect(reader.complaints()).toEqual([]);
    });

    describe('everywhere', () => {
      const views: Readonly<Record<string, (reader: Reader) => Promise<void>>> = {
        list: (reader) => reader.visit('/decisions', 'main table'),
        table: async (reader) => {
          await reader.visit(`/decisions/${SAMPLE}`, 'main textarea');
          await tryWith(reader.page, { severity: 'medium', value: '5' });
          await reader.page.locator('tr[data-fired="true"]').waitFor();
          for (const summary of await reader.page.locator('main summary').all()) await summary.click();
          await reader.page.locator('[data-cell="0:0"]').fill('"high');
          await reader.page.locator('td[data-wrong="true"]').waitFor();
        },
        column: async (reader) => {
          await reader.visit(`/decisions/${SAMPLE}`, 'main textarea');
          await reader.page.locator('main thead button').first().click();
          await reader.page.locator('[role="dialog"] input').first().waitFor();
        },
        'old version': (reader) => reader.visit(`/decisions/${SAMPLE}?version=1`, 'main tr[data-rule="3"]'),
        expression: (reader) => reader.visit('/decisions/excess', 'main pre'),
        instance: async (reader) => {
          await reader.visit(`/processes/instances/${made.instance}`, 'main svg');
          await reader.page.locator('main details summary').first().click();
          await reader.page.getByText('Far beyond the limit').waitFor();
        },
      };
      holdEverywhere({ open: (language, viewport) => open({ language, viewport }), views, timeout: TIMEOUT_MS });
    });
  });
});

const cell = (page: Page, rule: number, column: string) =>
  page.getByRole('textbox', { name: `Rule ${rule}, ${column}`, exact: true });

const focusIs = (page: Page, label: string): Promise<unknown> =>
  page.locator(`textarea[aria-label="${label}"]:focus`).waitFor();

/** By the names of inputs, which are the same in every language. */
async function tryWith(page: Page, texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    await page
      .locator('input')
      .and(page.getByLabel(name, { exact: true }))
      .fill(text);
  }
}

const resultIs = (page: Page, json: string): Promise<void> =>
  expect
    .poll(async () => {
      const text = (await page.locator('[aria-live="polite"] code').first().textContent()) ?? '';
      const isOld = await page.locator('[aria-live="polite"]').first().getAttribute('data-old');
      return isOld === 'false' ? JSON.stringify(JSON.parse(text)) : 'still asking';
    }, SOON)
    .toBe(json);

/** "3: fired", or the input whose cell did not hold. */
const marksOn = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('tr[data-rule]')].map((row) => {
    const failed = [...row.cells].findIndex((cell) => cell.dataset.mark === 'failed');
    return row.dataset.rule + ': ' + (row.dataset.fired === 'true' ? 'fired' : ['', 'severity', 'value'][failed]);
  })`);

const textsOn = (page: Page): Promise<string[][]> =>
  page.evaluate<string[][]>(
    `[...document.querySelectorAll('tr[data-rule]')].map((row) => [...row.querySelectorAll('textarea')].map((field) => field.value))`,
  );
