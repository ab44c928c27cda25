/** What holds on every page, whatever it is about: nobody is kept out by day or by night, and it fits on a phone. */
import { expect, it } from 'vitest';
import { breachesOn, stickingOut } from './examine.ts';
import type { Language, Reader } from './reader.ts';

export const WIDE = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
const LANGUAGES: readonly Language[] = ['en', 'he'];

export type Everywhere = {
  /** A new reader for every view: what one has left open is in nobody's way. */
  readonly open: (language: Language, viewport: typeof WIDE) => Promise<Reader>;
  /** Each page as somebody has it in front of them, opened as far as it goes. */
  readonly views: Readonly<Record<string, (reader: Reader) => Promise<void>>>;
  readonly timeout: number;
};

/** Adds the tests to the `describe` in which it is called. */
export function holdEverywhere({ open, views, timeout }: Everywhere): void {
  type Window = { readonly language: Language; readonly viewport: typeof WIDE };
  const findings = async (
    { language, viewport }: Window,
    examine: (reader: Reader) => Promise<string[]>,
  ): Promise<Record<string, string[]>> => {
    const found: Record<string, string[]> = {};
    for (const [name, view] of Object.entries(views)) {
      await using reader = await open(language, viewport);
      await view(reader);
      const all = [...(await examine(reader)), ...reader.complaints()];
      if (all.length > 0) found[name] = all;
    }
    return found;
  };

  it.each(LANGUAGES)('keep nobody out, by day and by night: %s', { timeout }, async (language) => {
    const found = await findings({ language, viewport: WIDE }, async (reader) => {
      await reader.turn('light');
      const byDay = await breachesOn(reader.page, 'everything');
      await reader.turn('dark');
      return [...byDay, ...(await breachesOn(reader.page, 'colours'))];
    });
    expect(found).toEqual({});
  });

  it.each(LANGUAGES)('fit on a phone: %s', { timeout }, async (language) => {
    expect(await findings({ language, viewport: PHONE }, ({ page }) => stickingOut(page))).toEqual({});
  });
}
