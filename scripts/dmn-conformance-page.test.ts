import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge } from '../test/dmn/judge.ts';
import { hasCases, readSuites } from '../test/dmn/suite.ts';
import { conformancePage, conformancePagePath } from './dmn-conformance-page.ts';

describe('docs/reference/dmn-conformance.md', () => {
  it.skipIf(!hasCases)(
    'says how the cases were passed; "npx tsx scripts/dmn-conformance-page.ts" writes it anew',
    () => {
      const verdicts = judge(readSuites());
      expect(verdicts.length).toBeGreaterThan(2_000);
      expect(readFileSync(conformancePagePath, 'utf8')).toBe(conformancePage(verdicts));
    },
  );

  it('counts by level and folder, and names what does not pass', () => {
    const page = conformancePage([
      { level: '2', folder: 'a', id: '1 x', hasPassed: true, problem: '' },
      { level: '2', folder: 'a', id: '2 x', hasPassed: false, problem: 'found 1, expected 2' },
      { level: '3', folder: '0076-feel-external-java', id: '1 y', hasPassed: false, problem: 'found null' },
      { level: '3', folder: 'b', id: '1 z', hasPassed: true, problem: '' },
    ]);
    expect(page).toContain('| 2 | 1 of 2 (50 %) | 1 of 2 (50 %) |');
    expect(page).toContain('| 3 | 1 of 2 (50 %) | 1 of 1 (100 %) |');
    expect(page).toContain('| a | 2 x | found 1, expected 2 |');
    expect(page).toContain('calls a function of Java');
  });
});
