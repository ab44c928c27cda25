import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { settings } from '../src/app/settings.ts';
import { configurationPage, configurationPagePath } from './configuration-page.ts';

describe('docs/reference/configuration.md', () => {
  it('says what the settings say; "npx tsx scripts/configuration-page.ts" writes it anew', () => {
    expect(readFileSync(configurationPagePath, 'utf8')).toBe(configurationPage(Object.values(settings)));
  });

  it('shows the default of each, or that it has none', () => {
    const page = configurationPage([
      { name: 'A', purpose: 'One|two.', example: '7', schema: z.coerce.number().default(5) },
      { name: 'B', purpose: 'Where.', example: 'http://b', schema: z.string().exactOptional() },
    ]);
    expect(page).toContain('| `A` | `5` | One\\|two. |');
    expect(page).toContain('| `B` | not set | Where. |');
  });
});
