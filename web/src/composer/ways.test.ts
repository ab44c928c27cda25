/** Where steps lead while they are composed. */
import { describe, expect, it } from 'vitest';
import { flowsOf, outcomesOf, withFlows, withOutcomes, withWay } from './ways.ts';

describe('the ways on of a step', () => {
  it('are as many as it has outcomes', () => {
    expect(outcomesOf({ id: 'a', type: 'userTask', next: { yes: 'b', no: 'c' } })).toEqual(['yes', 'no']);
    expect(outcomesOf({ id: 'a', type: 'userTask', outcomes: ['ok'], next: 'b' })).toEqual(['ok']);
    expect(outcomesOf({ id: 'a', type: 'criterion', criterion: 'A', within: '1h' })).toEqual(['fired', 'expired']);
    expect(outcomesOf({ id: 'a', type: 'businessRuleTask', rules: [{ when: 'x', outcome: 'big' }, {}] })).toEqual([
      'big',
      'done',
    ]);
    const http = { outcomes: ['done'], outcomesFrom: 'outcomes' };
    const asked = { id: 'a', type: 'module', module: 'http', config: { outcomes: { '404': 'missing' } } };
    expect(outcomesOf(asked, http)).toEqual(['done', 'missing']);
  });

  it('are one place, or one for each outcome', () => {
    const step = { id: 'a', type: 'userTask', next: 'b' };
    const two = withWay(step, { outcomes: ['yes', 'no'], outcome: 'no', to: 'c' });
    expect(two.next).toEqual({ yes: 'b', no: 'c' });
    expect(withWay(two, { outcomes: ['yes', 'no'], outcome: 'no', to: undefined }).next).toEqual({ yes: 'b' });
    expect(withWay(step, { outcomes: ['done'], outcome: 'done', to: undefined })).toEqual({
      id: 'a',
      type: 'userTask',
    });
  });

  it('follow the outcomes when these change', () => {
    const step = { id: 'a', type: 'userTask', next: { yes: 'b', no: 'c' } };
    expect(withOutcomes(step, ['yes', 'later']).next).toEqual({ yes: 'b' });
    expect(withOutcomes(step, ['no']).next).toBe('c');
    expect(withOutcomes({ ...step, next: 'b' }, ['yes', 'no']).next).toBe('b');
  });

  it('keep what a flow says beside its condition, and are written as short as they can be', () => {
    const step = { id: 'g', type: 'exclusiveGateway', next: [{ to: 'b', when: 'x', name: 'hot' }, 'c'] };
    expect(flowsOf(step)).toEqual([{ to: 'b', when: 'x', name: 'hot' }, { to: 'c' }]);
    expect(withFlows(step, flowsOf(step))).toEqual(step);
    expect(withFlows(step, [])).toEqual({ id: 'g', type: 'exclusiveGateway' });
  });
});
