/** What models of Camunda 7 and 8 say in our words, what of them is only kept, and BPMN's own correlation. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';

const model = (name: string) => importBpmn(readFileSync(new URL(`models/${name}.bpmn`, import.meta.url), 'utf8'));
const nodesOf = (name: string) => new Map(model(name).definitions[0]?.nodes.map((node) => [node.id, node]));

it('reads Camunda 7', () => {
  const nodes = nodesOf('camunda-seven');
  expect(nodes.get('charge')).toMatchObject({
    type: 'job',
    kind: 'charge-card',
    priority: 7,
    input: { currency: '"EUR"' },
  });
  expect(nodes.get('look')).toMatchObject({ role: 'operator', due: 'PT8H', priority: 50 });
  expect(nodes.get('rate')).toMatchObject({ decision: 'rating', result: 'rate' });
  expect(nodes.get('call')).toMatchObject({
    process: 'other',
    version: 3,
    multiInstance: { collection: 'items', element: 'one' },
  });
  expect(nodes.get('gate')).toMatchObject({
    next: [
      { to: 'done', id: 'yes' },
      { to: 'look', id: 'no', default: true },
    ],
  });
});

it('says what of Camunda 7 has no meaning here', () => {
  expect(model('camunda-seven').notes.map(({ element, message }) => `${element}: ${message}`)).toEqual([
    'begin: camunda:formKey is kept, not used',
    'call: camunda:in is kept, not used',
    'charge: camunda:asyncBefore is kept, not used',
    'charge: camunda:inputParameter "amount" is kept, not used: only plain text is understood',
    'charge: camunda:inputParameter "script" is kept, not used: only plain text is understood',
    'groovy: the script is kept, not used: its language is "groovy", not FEEL',
    'java: camunda:class is kept, not used',
    'look: camunda:assignee is kept, not used',
    'look: camunda:formData is kept, not used',
    `look2: the due date "\${now()}" is kept, not used: a task is due so long after it was offered`,
    'look2: the groups "a,b" are kept, not used: a task is offered to one role',
    'seven: camunda:historyTimeToLive is kept, not used',
    `yes: the condition "\${ok == true}" is kept, not used: it is no FEEL`,
  ]);
});

it('reads Camunda 8', () => {
  const nodes = nodesOf('camunda-eight');
  expect(nodes.get('charge')).toMatchObject({
    kind: 'charge-card',
    maxAttempts: 5,
    input: { amount: 'total * 2', currency: '"EUR"' },
    output: { receipt: 'receipt' },
  });
  expect(nodes.get('look')).toMatchObject({ role: 'operator', due: 'PT8H', priority: 50 });
  expect(nodes.get('sum')).toEqual({ id: 'sum', type: 'scriptTask', script: '1 + 1', result: 'sum' });
  expect(nodes.get('rate')).toMatchObject({ decision: 'rating', result: 'rate' });
  expect(nodes.get('call')).toMatchObject({
    process: 'other',
    multiInstance: { collection: 'items', element: 'one', output: { collection: 'results', element: 'result' } },
  });
  expect(nodes.get('paid')).toMatchObject({ message: 'paid', correlationKey: 'orderId' });
  expect(nodes.get('gate')).toEqual({
    id: 'gate',
    type: 'exclusiveGateway',
    next: [
      { to: 'done', id: 'yes', when: 'ok = true' },
      { to: 'look', id: 'no', default: true },
    ],
  });
});

it('reads what BPMN says of correlation', () => {
  expect(nodesOf('pump-repair').get('Arrived')).toMatchObject({
    message: 'part delivered',
    correlationKey: 'orderNumber',
  });
  expect(nodesOf('pump-repair').get('Begin')).not.toHaveProperty('correlationKey');
});

it('joins a compensation event with what undoes', () => {
  const buy = nodesOf('pump-repair').get('Buy');
  expect(buy).toMatchObject({
    boundary: [{ id: 'BuyUndone', compensate: true, next: [{ to: 'GiveBack', id: 'UndoneBy' }] }, { error: 'BROKEN' }],
  });
});
