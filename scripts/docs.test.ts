import { describe, expect, it } from 'vitest';
import { anchorsOf, commandBreaches, exportBreaches, exportedNames, linkBreaches, placesOf } from './docs.ts';

const pages = new Map([
  ['docs/guide/bus.md', '# The bus\n\n## Dead letters: what now?\n\n## Dead letters: what now?\n'],
]);
const hasFile = (path: string) => pages.has(path) || path === 'docs/bus.svg' || path === 'README.md';
const breaches = (text: string) => linkBreaches({ path: 'docs/guide/jobs.md', text }, pages, hasFile);

describe('docs', () => {
  it('finds links that lead nowhere, also by reference', () => {
    expect(breaches('[a](lost.md)')).toEqual(['docs/guide/jobs.md: the link lost.md leads nowhere']);
    expect(breaches('[a][b]\n\n[b]: ../lost.md\n')).toHaveLength(1);
    expect(breaches('[a](../../../elsewhere.md)')).toEqual([expect.stringContaining('leaves the project')]);
    expect(breaches('[a](bus.md) ![b](../bus.svg "picture") [c](../../README.md) [d](https://example.com/x)')).toEqual(
      [],
    );
  });

  it('finds anchors without a heading', () => {
    expect(breaches('[a](bus.md#dead-letters-what-now)')).toEqual([]);
    expect(breaches('[a](bus.md#dead-letters-what-now-1)')).toEqual([]);
    expect(breaches('[a](bus.md#lost)')).toEqual(['docs/guide/jobs.md: docs/guide/bus.md has no heading for #lost']);
  });

  it('leaves code alone', () => {
    expect(breaches('```ts\nconst a = b[0](lost);\n```\nand `x[1](lost)`')).toEqual([]);
    expect(anchorsOf('```sh\n# no heading\n```\n# Heading `code`\n')).toEqual(['heading-code']);
  });

  it('finds npm commands that do not exist', () => {
    const page = { path: 'README.md', text: 'Run `npm run bench` or `npm run fly`.' };
    expect(commandBreaches(page, ['bench'])).toEqual(['README.md: there is no "npm run fly"']);
  });

  it('finds exports that their page does not name in code', () => {
    const text = '| `done(outcome?)`, `Clock` | prose says snooze |\n\n```ts\nfail("x");\n```\n';
    const page = { path: 'docs/reference/millrace.md', text };
    expect(exportBreaches(page, ['done', 'Clock'])).toEqual([]);
    expect(exportBreaches(page, ['snooze', 'fail', 'Clo'])).toEqual([
      'docs/reference/millrace.md: says nothing of snooze, which the package exports',
      'docs/reference/millrace.md: says nothing of fail, which the package exports',
      'docs/reference/millrace.md: says nothing of Clo, which the package exports',
    ]);
  });

  it('reads what an entry exports, however it is written', () => {
    const source =
      "/** export { no } */\nexport { type A, b } from './a.ts';\nexport type {\n  C,\n  d as E,\n} from './c.ts';\n";
    expect(exportedNames(source)).toEqual(['A', 'b', 'C', 'E']);
    expect([placesOf('.'), placesOf('./client')]).toEqual([
      { source: 'src/index.ts', page: 'docs/reference/millrace.md' },
      { source: 'src/client/index.ts', page: 'docs/reference/client.md' },
    ]);
  });
});
