/** What every page loads at first stays small; what only some pages need comes with them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const dist = fileURLToPath(new URL('../../web/dist', import.meta.url));
/** Before compression. It was 607,359 when this was written; a page more may add its address, no library. */
const BUDGET = 640_000;

describe.skipIf(!existsSync(`${dist}/index.html`))('the first load', () => {
  it('is within its budget, and has no editor of diagrams in it', () => {
    const page = readFileSync(`${dist}/index.html`, 'utf8');
    const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => `${dist}${path}`);
    const bytes = scripts.reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(BUDGET);
    // The mark of bpmn.io, which its libraries show; and what reads DMN files.
    expect(scripts.filter((path) => /bpmn\.io|DMNShape/.test(readFileSync(path, 'utf8')))).toEqual([]);
  });
});
