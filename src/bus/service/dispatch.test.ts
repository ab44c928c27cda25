import { describe, expect, it } from 'vitest';
import { dispatchCalls, dispatchEvents } from './dispatch.ts';
import { parseOperation } from './operation.ts';

const commands = [
  ['trainModel', parseOperation('command', 'train_model/{model_id:int}', {})],
  ['another', parseOperation('command', 'another_method/{one}/{more}', {})],
  ['jobs', parseOperation('command', 'jobs/{id}', {})],
  ['jobRows', parseOperation('command', 'jobs/{id}/rows', {})],
] as const;

describe('dispatch', () => {
  const dispatch = dispatchCalls('models', commands);
  const nameOf = (routingKey: string, headers: Record<string, string> = {}) => {
    const found = dispatch({ routingKey, headers });
    return found && [found.name, found.texts];
  };

  it('knows an operation by its name, and by its path in the routing key', () => {
    expect(nameOf('models.trainModel')).toEqual(['trainModel', undefined]);
    expect(nameOf('models.train_model.17')).toEqual(['trainModel', { model_id: '17' }]);
    expect(nameOf('models.another_method.a%2Fb.c%2Ed')).toEqual(['another', { one: 'a/b', more: 'c.d' }]);
  });

  it('lets the header route decide where there is one', () => {
    for (const route of ['trainModel', 'train_model', 'train_model/{model_id:int}'])
      expect(nameOf('any.queue', { route }), route).toEqual(['trainModel', undefined]);
    expect(nameOf('models.another', { route: 'train_model/17' })).toEqual(['trainModel', { model_id: '17' }]);
    expect(nameOf('models', { route: 'jobs/4/rows' })).toEqual(['jobRows', { id: '4' }]);
  });

  it('prefers a name to a path that looks the same', () => {
    expect(nameOf('models', { route: 'jobs' })).toEqual(['jobs', undefined]);
  });

  it('knows nothing else', () => {
    for (const key of ['models', 'models.', 'models.tame', 'other.trainModel', 'models.train_model', '']) {
      if (key !== 'models.train_model') expect(nameOf(key), key).toBeUndefined();
    }
    for (const route of ['', 'tame', 'train_model/17/x', 'toString', '__proto__'])
      expect(nameOf('models', { route }), route).toBeUndefined();
  });

  it('finds events by their topic', () => {
    const events = dispatchEvents([
      ['stopped', parseOperation('event', 'plant.{line}.stopped', {})],
      ['alarm', parseOperation('event', 'plant.{line}.alarm', {})],
    ]);
    expect(events({ routingKey: 'plant.L1.alarm', headers: { route: 'stopped' } })).toMatchObject({
      name: 'alarm',
      texts: { line: 'L1' },
    });
    expect(events({ routingKey: 'plant.L1.other', headers: {} })).toBeUndefined();
  });
});
