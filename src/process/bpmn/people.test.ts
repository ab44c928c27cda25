/** What a definition says of people goes out as BPMN and comes back as it was. */
import { expect, it } from 'vitest';
import { parseSource } from '../core/parse.ts';
import type { DefinitionSource } from '../core/source.ts';
import { exportBpmn } from './export-bpmn.ts';
import { importBpmn } from './import-bpmn.ts';

it('keeps due times, alarms, forms, four eyes and searchable variables', () => {
  const source = {
    key: 'payment',
    data: [{ name: 'line', searchable: 'string' }],
    nodes: [
      { id: 'start', type: 'start', next: 'enter' },
      { id: 'enter', type: 'userTask', role: 'operator', next: 'pay' },
      {
        id: 'pay',
        type: 'userTask',
        role: 'operator',
        due: '= now() + duration("P1D")',
        followUp: '1h',
        reminders: ['-1h', '30m'],
        escalation: { after: '1h', role: 'engineer', priority: 5, notify: 'chiefs' },
        notBy: ['enter'],
        form: { type: 'object', properties: { amount: { type: 'number', title: { en: 'Amount' } } } },
        next: 'end',
      },
      { id: 'end', type: 'end' },
    ],
  };
  const parsed = parseSource(source) as DefinitionSource;
  const { definitions } = importBpmn(exportBpmn({ definitions: [parsed] }));
  expect(definitions[0]).toMatchObject(source);
});
