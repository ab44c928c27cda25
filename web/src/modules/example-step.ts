/** How a step of a kind is written in a definition: chosen examples for those of the product, else the least that its schema takes. */
import type { Module } from '../api/definitions.ts';
import { schemaExample } from '../services/schema-example.ts';

type Fields = Readonly<Record<string, unknown>>;

/** By the name of the module. */
const CHOSEN: Readonly<Record<string, Fields>> = {
  criterion: { criterion: 'A', within: '2h', next: { fired: 'look', expired: 'end' } },
  decision: {
    rules: [{ when: 'pieces > 100', outcome: 'large' }, { outcome: 'small' }],
    next: { large: 'plan', small: 'end' },
  },
  form: {
    role: 'operator',
    due: '4h',
    form: {
      type: 'object',
      required: ['pieces'],
      properties: { pieces: { type: 'integer', title: 'Pieces', minimum: 1 } },
    },
    next: { confirmed: 'repair', rejected: 'end' },
  },
  job: { kind: 'press.measure', payload: { points: 12 }, next: 'end' },
  mail: { to: 'technologists', subject: '{device} stands still', text: 'Please look at {device}.', next: 'end' },
  script: { script: 'price * pieces', result: 'total', next: 'end' },
  http: {
    method: 'POST',
    url: '="https://erp.plant.example/parts/" + part',
    body: { amount: '=amount' },
    outcomes: { '404': 'missing' },
    result: 'order',
    next: { done: 'end', missing: 'look' },
  },
  rpc: { service: 'parts', operation: 'reserve', body: { part: '=part' }, result: 'reserved', next: 'end' },
  command: { service: 'press', operation: 'stop', params: { press: '=device' }, next: 'end' },
  event: { topic: 'plant.batch.released', body: { batch: '=batch' }, next: 'end' },
};

export function exampleOf({ name, type, config }: Module): Fields {
  const example = schemaExample(config);
  const chosen = Object.hasOwn(CHOSEN, name) ? CHOSEN[name] : undefined;
  const { next = 'end', ...fields } = chosen ?? { ...(example as Fields) };
  if (type !== 'module') return { id: name, type, ...fields, next };
  return { id: name, type, module: name, config: fields, next };
}
