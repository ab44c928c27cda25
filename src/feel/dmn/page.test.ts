/** docs/reference/dmn.md says what models do. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decision, input, table } from '../../../test/dmn/models.ts';
import { compiled } from '../../../test/dmn/running.ts';
import { dmnRules, dmnWarnings } from './model.ts';

const page = readFileSync(new URL('../../../docs/reference/dmn.md', import.meta.url), 'utf8');
const rowsOf = (heading: string, cells: number): string[][] =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((row) => row.length === cells);

describe('docs/reference/dmn.md', () => {
  it('explains every rule, with its severity', () => {
    const rows = rowsOf('What is checked', 3).slice(1);
    expect(rows.map(([rule]) => rule?.replaceAll('`', '')).sort()).toEqual([...dmnRules].sort());
    for (const rule of dmnRules) {
      const severity = rows.find(([name]) => name === `\`${rule}\``)?.[1];
      expect([rule, severity]).toEqual([rule, dmnWarnings.has(rule) ? 'warning' : 'error']);
    }
  });

  const rules = rowsOf('Hit policies', 4)
    .slice(1)
    .map((row) => row.map((cell) => cell.replaceAll('`', '')));
  const examples = rowsOf('Hit policies', 5).slice(1);

  it('has an example for each hit policy', () => {
    expect([...new Set(examples.map(([policy]) => policy))]).toHaveLength(11);
    expect(rules).toHaveLength(4);
  });

  it.each(examples)('%s, %s: %s for %s is %s', (...cells) => {
    const [policy = '', , output = '', n = '', result = ''] = cells;
    const [, hitPolicy = policy, aggregation] = /^(COLLECT) (\w+)$/.exec(policy) ?? [];
    const isRanked = /PRIORITY|OUTPUT ORDER/.test(policy);
    const logic = table({
      policy: hitPolicy,
      ...(aggregation !== undefined && { aggregation }),
      inputs: ['n: number'],
      outputs: [isRanked ? ' = "high", "middle", "low"' : ''],
      rules: rules.map(([, cell = '', level = '', cost = '']) => [cell, output === 'level' ? level : cost]),
    });
    const model = compiled(input('n', 'number'), decision({ name: 'x', inputs: ['n'], logic }));
    expect(model.problems).toEqual([]);
    const { value } = model.evaluate({ decision: 'x', input: { n: Number(n) } });
    expect(value).toEqual(JSON.parse(result.replaceAll('`', '')));
  });
});
