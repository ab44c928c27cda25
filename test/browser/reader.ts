/** A person at a browser: who they are, which language they read, and everything that went wrong on their pages. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Debian installs it. */
const CHROMIUM = '/usr/bin/chromium';

/** With CI=true the tests run, and fail, also without a browser. */
export const isBrowserMissing = !existsSync(CHROMIUM) && process.env.CI !== 'true';
export const inBrowser = (what: string): string =>
  isBrowserMissing ? `${what} (SKIPPED: there is no ${CHROMIUM} on this machine)` : what;

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A browser that has more to do than it can may never answer; a test then says so, and does not wait for its own end. */
const ANSWER_MS = 30_000;

async function answered<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the browser did not ${what} in ${ANSWER_MS} ms`)), ANSWER_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** What a page shows while an answer is under way. */
const WAITING = 'main [role="status"][aria-label]';

export type Language = 'en' | 'he';
export type Person = 'administrator' | 'technologist' | 'nobody';
export type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

export type ReaderOptions = {
  readonly url: string;
  readonly language: Language;
  /** Of somebody who is signed in, or none. */
  readonly cookies: Cookies;
  readonly viewport: { readonly width: number; readonly height: number };
};

export class Reader implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #complaints: string[] = [];

  static async open(browser: Browser, { url, language, cookies, viewport }: ReaderOptions): Promise<Reader> {
    const localStorage = [{ name: 'millrace-language', value: language }];
    const open = async (): Promise<Page> => {
      const context = await browser.newContext({
        baseURL: url,
        viewport,
        colorScheme: 'light',
        reducedMotion: 'reduce',
        storageState: { cookies, origins: [{ origin: url, localStorage }] },
      });
      return context.newPage();
    };
    const page = await answered('open a page', open()).catch(() => answered('open a page, asked twice,', open()));
    return new Reader(page);
  }

  private constructor(page: Page) {
    this.page = page;
    this.context = page.context();
    this.#listen();
  }

  /** What browser and server have complained of since this was last asked. */
  complaints(): string[] {
    return this.#complaints.splice(0);
  }

  /** Goes to an address of the product, and waits until the page shows what it came for. */
  async visit(path: string, shows: string): Promise<void> {
    await this.page.goto(path, { waitUntil: 'commit' });
    await this.page.locator('h1').first().waitFor();
    await this.page.locator(shows).first().waitFor();
    await this.page.locator(WAITING).first().waitFor({ state: 'detached' });
  }

  /** As somebody does whose system turns dark in the evening. */
  async turn(scheme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: scheme });
    await this.page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await answered('close a page', this.context.close());
  }

  #listen(): void {
    const { page } = this;
    page.on('pageerror', (error) => this.#complaints.push(`thrown: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.#complaints.push(`${response.status()}: ${response.url()}`);
    });
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // The page itself gives up a question when it asks a newer one, or is left.
      if (reason !== 'net::ERR_ABORTED') this.#complaints.push(`${reason}: ${request.url()}`);
    });
  }
}
