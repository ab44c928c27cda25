/** What pages list by name – metrics, checks, reasons, tables, limits – is what the code has. */
import { describe, expect, it } from 'vitest';
import { families } from '../../src/app/families.ts';
import { QUARANTINE_PROBLEMS } from '../../src/measurements/ingest/quarantine.ts';
import { codeInColumn, filesBelow, inCode, pagePaths, read, rowsBelow } from './page.ts';

const operating = 'docs/guide/operating.md';
const sources = filesBelow('src', '.ts')
  .filter((path) => !path.endsWith('.test.ts'))
  .map(read);

const found = (pattern: RegExp): string[] =>
  sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));

describe('pages list', () => {
  it('the metrics of a server', () => {
    const registered = found(/\.(?:counter|gauge|histogram|observedGauge)\(\s*'(\w+)'/g);
    const listed = codeInColumn(operating, '| name | labels | what it counts |', 0);
    const names = listed
      .map((name) => name.replace(/_total$/, ''))
      .filter((name) => name !== 'millrace_metrics_dropped');
    expect(names.toSorted()).toEqual(registered.toSorted());
  });

  it('the checks of a server', () => {
    const checks = [...read('src/app/health.ts').matchAll(/^ +path: '([^']+)'/gm)].map(([, path = '']) => path);
    expect(codeInColumn(operating, '| check | `degraded` or `fail` when | what to do |', 0)).toEqual(checks);
  });

  it('the reasons of quarantine', () => {
    const codes = codeInColumn('docs/reference/measurements.md', '| code | the row |', 0);
    expect(codes).toEqual(Object.keys(QUARANTINE_PROBLEMS));
  });

  it('the tables of the store', () => {
    const tables = codeInColumn('docs/reference/store.md', '| file | tables |', 1);
    expect(tables.toSorted()).toEqual(families.map(({ name }) => name).toSorted());
  });
});

describe('limits', () => {
  const limits = pagePaths.flatMap((path) =>
    rowsBelow(read(path), '| limit | name | default |').map(([, names = '', stated = '']) => ({ path, names, stated })),
  );

  it('are found', () => {
    expect(limits.length).toBeGreaterThan(15);
  });

  it.each(limits)('$names ($path) are constants, of the value that is stated', ({ names, stated }) => {
    const values = inCode(names).map((name) => found(new RegExp(`const ${name} = ([^;]+);`, 'g')));
    for (const value of values) expect(value).not.toEqual([]);
    const number = /^[\d,]+$/.exec(stated)?.[0].replaceAll(',', '');
    if (number !== undefined) expect(values.flat().map((value) => value.replaceAll('_', ''))).toContain(number);
  });
});
