/** What is wrong with a table as a whole, whatever its expressions say. */
import type { Report } from '../compiling/report.ts';
import { aggregations, type DecisionTable, hitPolicies } from '../model.ts';

export function checkTable(table: DecisionTable, report: Report): void {
  const { inputs, outputs, rules, hitPolicy, aggregation, unknownWords = [] } = table;
  if (outputs.length === 0) report(table, 'table-size', 'The table has no output.');
  if (rules.length === 0) report(table, 'table-size', 'The table has no rule.');
  checkNames(table, report);
  for (const word of unknownWords) {
    const message = `"${word}" is no hit policy (${hitPolicies.join(', ')}) and no aggregation of COLLECT (${aggregations.join(', ')}).`;
    report(table, 'hit-policy', message);
  }
  if (aggregation !== undefined && hitPolicy !== 'COLLECT') {
    report(table, 'hit-policy', `Only policy COLLECT aggregates, and ${hitPolicy} says ${aggregation}.`);
  }
  if (aggregation !== undefined && hitPolicy === 'COLLECT' && aggregation !== 'COUNT' && outputs.length > 1) {
    report(table, 'hit-policy', `${aggregation} of several outputs is not defined: the result is null.`);
  }
  for (const [index, rule] of rules.entries()) {
    const counts: [string, number, number][] = [
      ['input', rule.inputs.length, inputs.length],
      ['output', rule.outputs.length, outputs.length],
    ];
    for (const [what, found, wanted] of counts) {
      if (found === wanted) continue;
      const id = rule.id.startsWith('#') ? table.id : rule.id;
      const message = `Rule ${index + 1} has ${found} ${what} entries, and there are ${wanted} ${what}s.`;
      report({ id, line: rule.line }, 'entry-count', message);
    }
  }
}

function checkNames({ outputs, id }: DecisionTable, report: Report): void {
  if (outputs.length < 2) return;
  const names = new Set<string>();
  for (const [index, { name, line }] of outputs.entries()) {
    if (name === '') report({ id, line }, 'output-name', `Output ${index + 1} of several has no name.`);
    else if (names.has(name)) report({ id, line }, 'output-name', `There are two outputs "${name}".`);
    names.add(name);
  }
}
