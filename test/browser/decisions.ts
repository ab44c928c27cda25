/** Decisions of a plant: a model whose file has no picture, a process that asks it, and a table of a thousand rules. */
import { readFileSync } from 'node:fs';
import type { Client } from '../../src/client/client.ts';

export const HANDLING = readFileSync(new URL('../../examples/decisions/handling.dmn', import.meta.url), 'utf8');

/** A defect is sorted by rules before somebody looks at it. */
const REPAIR = {
  key: 'repair',
  name: { en: 'Repair', he: 'תיקון' },
  nodes: [
    {
      ...{ id: 'who', name: { en: 'Who looks at it', he: 'מי בודק' }, type: 'businessRuleTask' },
      ...{ decision: 'handling', result: 'handling', next: 'look' },
    },
    {
      ...{ id: 'look', name: { en: 'Look at it', he: 'בדיקה' }, type: 'userTask', role: 'operator' },
      ...{ outcomes: ['done'], next: 'end' },
    },
    { id: 'end', type: 'end' },
  ],
};

export const LONG = 'long-table';
export const RULES = 1_000;

/** The last two rules overlap, and nothing is said of what is above them. */
function longTable(): string {
  const rule = (test: string, result: string): string =>
    `<rule><inputEntry><text>${test}</text></inputEntry><outputEntry><text>${result}</text></outputEntry></rule>`;
  const rules = Array.from({ length: RULES - 1 }, (_, at) => rule(`[${at}..${at + 1})`, `${at}`));
  return `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="long" name="Long" namespace="urn:long">
  <inputData id="n-data" name="n"><variable name="n" typeRef="number"/></inputData>
  <decision id="${LONG}" name="Long table">
    <variable name="Long table" typeRef="number"/>
    <informationRequirement id="r"><requiredInput href="#n-data"/></informationRequirement>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i"><inputExpression typeRef="number"><text>n</text></inputExpression></input>
      <output id="o"/>
      ${rules.join('\n')}
      ${rule(`[${RULES - 1.5}..${RULES})`, '-1')}
    </decisionTable>
  </decision>
</definitions>`;
}

/** Answers an instance that was decided by rules, and the task that waits in it. */
export async function decideByRules(client: Client): Promise<{ readonly instance: string; readonly task: string }> {
  await client.definitions.deploy(HANDLING);
  await client.definitions.deploy(longTable());
  await client.definitions.deploy(REPAIR);
  const { id } = await client.instances.start({
    ...{ definition: REPAIR.key, businessKey: 'press-7' },
    variables: { severity: 'minor', value: 130, limit: 100 },
  });
  const [task] = (await client.tasks.list({ businessKey: 'press-7' })).items;
  if (task === undefined) throw new Error('no task is offered');
  return { instance: id, task: task.id };
}
