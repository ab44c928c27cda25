/** The product as people have it: a real server, a real browser, and the story that Millrace is about. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachesOn, drawnOn, stickingOut } from './examine.ts';
import { type PageUnderTest, pagesOf } from './pages.ts';
import { addPress, LIMIT, overheat, setUpPlant } from './plant.ts';
import { type Product, startProduct } from './product.ts';
import {
  type Cookies,
  inBrowser,
  isBrowserMissing,
  type Language,
  launchBrowser,
  type Person,
  Reader,
} from './reader.ts';

const WIDE = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Generous: the pages are many, and the machine may have other work. */
const TIMEOUT_MS = 120_000;
const PERSONS = ['administrator', 'technologist', 'nobody'] as const;
const LANGUAGES: readonly Language[] = ['en', 'he'];
const SOON = { timeout: 20_000 };
const COMMENT = 'The sensor was cleaned; the machine is well.';

describe.skipIf(isBrowserMissing)(inBrowser('the user interface'), () => {
  let product: Product;
  let browser: Browser;
  const cookies: Record<Person, Cookies> = { administrator: [], technologist: [], nobody: [] };
  let pages: readonly PageUnderTest[] = [];

  beforeAll(async () => {
    product = await startProduct();
    await setUpPlant(product.client);
    browser = await launchBrowser();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  }, TIMEOUT_MS);

  const open = (person: Person, language: Language = 'en', viewport = WIDE): Promise<Reader> =>
    Reader.open(browser, { url: product.url, language, cookies: cookies[person], viewport });

  const signIn = async (name: string): Promise<Cookies> => {
    const { people } = product.client;
    const person = (await people.list()).items.find((one) => one.name === name);
    const { url } = await people.signInLink(person?.id ?? '');
    await using reader = await open('nobody');
    await reader.page.goto(url);
    return reader.context.cookies();
  };

  const expectRefusal = async (link: string): Promise<void> => {
    await using stranger = await open('nobody');
    const answer = await stranger.page.goto(link);
    expect(answer?.status()).toBeGreaterThanOrEqual(400);
    await stranger.page.getByText('This link does not sign in any more').waitFor();
    expect(await stranger.context.cookies()).toEqual([]);
  };

  it('lets one person in by the printed link, and takes a defect from the readings to the new limit', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { client, signInLink } = product;
    await addPress(client, 'press-1');

    await using reader = await open('nobody');
    const { page } = reader;
    await page.goto(signInLink);
    await page.getByText('Nothing waits for you').first().waitFor();
    await page.evaluate('window.wasLoadedOnce = true');
    await expectRefusal(signInLink);

    await overheat(client, 'press-1');
    await page.getByRole('link', { name: 'Is it a defect?' }).waitFor();
    await page.getByText('Both criteria fired on Brick press-1.').waitFor();
    for (const name of ['A', 'B']) await page.getByRole('cell', { name, exact: true }).waitFor();
    await page.locator('figure canvas').waitFor();
    await expect.poll(() => drawnOn(page), SOON).toSatisfy(({ line, firing }) => line > 200 && firing > 5);

    const offered = (await client.tasks.list()).items;
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Say why before you choose “Reject”.').waitFor();
    expect((await client.tasks.list()).items).toEqual(offered);
    await page.getByRole('textbox', { name: 'Comment' }).fill(COMMENT);
    await page.getByRole('button', { name: 'Reject' }).click();

    await page.getByRole('link', { name: 'Change the criteria' }).waitFor();
    await page.getByRole('heading', { name: 'New limits' }).waitFor();
    await page.getByText(COMMENT).waitFor();
    await page.getByRole('textbox', { name: 'Limit' }).first().fill('6.5');
    await page.getByText('1 limit will change').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Nothing waits for you').first().waitFor();
    await expect
      .poll(async () => (await client.criteria.list({ device: 'press-1' })).items, SOON)
      .toMatchObject([
        { id: 'press-1.A', version: 2, settings: { limit: 6.5 } },
        { id: 'press-1.B', version: 1, settings: { limit: LIMIT } },
      ]);

    await page.getByRole('link', { name: 'Mails' }).click();
    await page.getByRole('link', { name: 'Is it a defect? – press-1' }).click();
    await page.getByRole('heading', { name: 'Is it a defect? – press-1' }).waitFor();
    await page.getByText('operator@plant.example').waitFor();
    await page.getByRole('link', { name: 'Change the criteria – press-1' }).click();
    await page.getByText('engineer@plant.example').waitFor();

    await page.getByRole('link', { name: /^ins_/ }).click();
    await page.getByRole('heading', { name: 'press-1', level: 1 }).waitFor();
    await page.getByText('The instance was started: “A” and “B” fired on press-1.').waitFor();
    await page.getByText('Administrator answered “rejected” in “Is it a defect?”.').waitFor();
    await page.getByText(COMMENT).waitFor();
    await page.getByText('Administrator answered “done” in “Change the criteria”.').waitFor();
    await page.getByText('The instance is completed.').waitFor();

    expect(await page.evaluate('window.wasLoadedOnce')).toBe(true);
    expect(reader.complaints()).toEqual([]);
  });

  describe('on every page', () => {
    beforeAll(async () => {
      pages = await pagesOf(product.client);
      cookies.administrator = await signIn('Administrator');
      cookies.technologist = await signIn('Some technologist');
    }, TIMEOUT_MS);

    /** Goes through all pages and answers what was found on each. */
    const findings = async (
      language: Language,
      viewport: typeof WIDE,
      examine: (reader: Reader) => Promise<string[]>,
    ) => {
      const found: Record<string, string[]> = {};
      for (const person of PERSONS) {
        await using reader = await open(person, language, viewport);
        for (const { name, path, shows } of pages.filter((page) => page.as === person)) {
          await reader.visit(path, shows);
          const all = [...(await examine(reader)), ...reader.complaints()];
          if (all.length > 0) found[name] = all;
        }
      }
      return found;
    };
    /** Whoever is signed out hears so from the server. */
    const nothing = {
      'signed out': expect.toSatisfy((all: string[]) => all.every((one) => /\b401\b.*\/api\/v1\/me$/.test(one))),
    };

    it.each(LANGUAGES)('keeps nobody out, by day and by night: %s', { timeout: TIMEOUT_MS }, async (language) => {
      const found = await findings(language, WIDE, async (reader) => {
        await reader.turn('light');
        const byDay = await breachesOn(reader.page, 'everything');
        await reader.turn('dark');
        return [...byDay, ...(await breachesOn(reader.page, 'colours'))];
      });
      expect(found).toEqual(nothing);
    });

    it.each(LANGUAGES)('fits on a phone: %s', { timeout: TIMEOUT_MS }, async (language) => {
      expect(await findings(language, PHONE, ({ page }) => stickingOut(page))).toEqual(nothing);
    });
  });
});
