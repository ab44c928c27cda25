/** The source's kinds of steps are all listed as modules, and a decision asks its rules as it says. */
import { describe, expect, it } from 'vitest';
import { openEdgeServer } from '../../src/testing/edge-server.ts';
import { deploy, isOver, start, when } from './running.ts';

const WORDS = ['criterion', 'decision', 'mail', 'http', 'rpc', 'command', 'event', 'job', 'form'];

describe('the list of modules', () => {
  it('has every word, each with what it does, what it ends with, and the schema of what it takes', async () => {
    await using server = await openEdgeServer();
    for (const name of WORDS) {
      const { status, body } = await server.call({ method: 'GET', url: `/api/v1/modules/${name}`, as: 'operator' });
      expect([name, status]).toEqual([name, 200]);
      expect(body).toMatchObject({ origin: 'built-in', service: null, config: { type: 'object' } });
      expect(String(body.summary).length).toBeGreaterThan(20);
      expect(body.outcomes).not.toEqual([]);
    }
  });

  it('says of a decision that it has rules of a condition, a value and an outcome', async () => {
    await using server = await openEdgeServer();
    const { body } = await server.call({ method: 'GET', url: '/api/v1/modules/decision', as: 'operator' });
    const { items } = (body as never as { config: { properties: { rules: { items: { properties: object } } } } }).config
      .properties.rules;
    expect(Object.keys(items.properties)).toEqual(['when', 'then', 'outcome']);
    expect(body).toMatchObject({
      type: 'businessRuleTask',
      outcomesFrom: 'rules',
      config: {
        properties: {
          rules: {
            type: 'array',
            items: { type: 'object', additionalProperties: false },
          },
        },
      },
    });
  });
});

const rule = (when: string | undefined, value: string, outcome: string) => ({
  ...(when !== undefined && { when }),
  // biome-ignore lint/suspicious/noThenProperty: a rule reads "when …, then …"; nobody awaits it
  then: value,
  outcome,
});

const sorting = (rules: object[]) => ({
  key: 'sorting',
  nodes: [
    { id: 'class', type: 'businessRuleTask', rules, result: 'size', next: { crane: 'lift', hand: 'carry' } },
    { id: 'lift', type: 'scriptTask', script: '"lifted"', result: 'way' },
    { id: 'carry', type: 'scriptTask', script: '"carried"', result: 'way' },
  ],
});

describe('a decision', () => {
  const large = rule('area > 100', '"large"', 'crane');
  const medium = rule('area > 10', '"medium"', 'hand');
  const byDefault = rule(undefined, '"small"', 'hand');

  it.each([
    {
      name: 'takes the first rule that holds, though later ones hold too',
      rules: [large, medium, byDefault],
      area: 200,
      is: { size: 'large', way: 'lifted' },
    },
    {
      name: 'asks in the order of the rules',
      rules: [medium, large],
      area: 200,
      is: { size: 'medium', way: 'carried' },
    },
    {
      name: 'passes over rules that do not hold',
      rules: [large, medium, byDefault],
      area: 50,
      is: { size: 'medium', way: 'carried' },
    },
    {
      name: 'takes the rule without a condition when no other holds',
      rules: [large, medium, byDefault],
      area: 5,
      is: { size: 'small', way: 'carried' },
    },
    {
      name: 'has no value, and the first outcome, when none holds',
      rules: [large, medium],
      area: 5,
      is: { size: null, way: 'lifted' },
    },
  ])('$name', async ({ rules: asked, area, is }) => {
    await using server = await openEdgeServer();
    expect(await deploy(server, sorting(asked))).toMatchObject({ status: 201 });
    const id = await start(server, { definition: 'sorting', variables: { area } });
    expect(await when(server, id, isOver)).toMatchObject({ variables: is });
  });
});
