/** What pages list by name – metrics, checks, reasons, tables, limits – is what the code has. */
import { describe, expect, it } from 'vitest';
import { families } from '../../src/app/families.ts';
import { JOB_STATES } from '../../src/jobs/job.ts';
import { KIND_DEFAULTS } from '../../src/jobs/kind.ts';
import { TRANSITIONS } from '../../src/jobs/transition.ts';
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
    const files = ['src/app/health.ts', 'src/measurements/analysis/checks.ts', 'src/measurements/ways/checks.ts'];
    const checks = files.flatMap((file) =>
      [...read(file).matchAll(/^ +path: '([^']+)'/gm)].map(([, path = '']) => path),
    );
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

describe('docs/reference/jobs.md', () => {
  const page = 'docs/reference/jobs.md';

  it('has the states and the transitions of the table, in words and as a picture', () => {
    const rows = rowsBelow(read(page), '| verb | from | to | when |').map(([verb = '', from = '', to = '']) => [
      inCode(verb)[0],
      { from: inCode(from), to: inCode(to) },
    ]);
    expect(Object.fromEntries(rows)).toEqual(TRANSITIONS);
    expect(codeInColumn(page, '| state | what it means |', 0).toSorted()).toEqual([...JOB_STATES].toSorted());
    const drawn = [...read(page).matchAll(/^ {2}(\w+) --> (\w+): (.+)$/gm)].flatMap(([, from, to, verbs = '']) =>
      verbs.split(', ').map((verb) => `${from} ${verb} ${to}`),
    );
    const steps = Object.entries(TRANSITIONS).flatMap(([verb, { from, to }]) =>
      from.flatMap((one) => to.map((other) => `${one} ${verb} ${other}`)),
    );
    expect(drawn.toSorted()).toEqual(steps.toSorted());
  });

  it('has every setting of a kind, as the API calls it', () => {
    const names = Object.keys(KIND_DEFAULTS).map((name) => name.replace(/Ms$/, ''));
    expect(codeInColumn(page, '| setting | default | what it does |', 0)).toEqual(names);
  });
});

describe('docs/reference/process.md', () => {
  const typesIn = (path: string): string[] => {
    const unions = read(path).matchAll(
      /^export type (?:Brought|Command|Mending|Effect|SuspensionEffect|Action) =([\s\S]*?);\n(?! )/gm,
    );
    const union = [...unions].map(([, text]) => text).join('\n');
    return [...union.matchAll(/readonly type: ([^;}]+)/g)].flatMap(([, types = '']) =>
      [...types.matchAll(/'(\w+)'/g)].map(([, type = '']) => type),
    );
  };

  it.each([
    [['brought.ts', 'command.ts'], '| command | what is asked |'],
    [['effect.ts', 'suspension-effect.ts'], '| effect | what happened |'],
    [['action.ts'], '| action | what the world is asked to do |'],
  ])('has every kind that %s has', (files, head) => {
    const types = files.flatMap((file) => typesIn(`src/process/core/${file}`));
    expect(types.length).toBeGreaterThan(8);
    const listed = codeInColumn('docs/reference/process.md', head, 0);
    expect(listed.toSorted()).toEqual(types.toSorted());
  });
});

it('docs/README.md leads to every page', () => {
  const linked = [...read('docs/README.md').matchAll(/\]\(((?:guide|reference|decisions)\/[\w-]+\.md)\)/g)].map(
    ([, path]) => `docs/${path}`,
  );
  const decisions = filesBelow('docs/decisions', '.md').filter((path) => path !== 'docs/decisions/README.md');
  const pages = pagePaths.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(linked.toSorted()).toEqual(pages.filter((path) => !decisions.includes(path)).toSorted());
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
