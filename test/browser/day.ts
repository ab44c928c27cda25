/** A plant on an ordinary day: what waits for its people, what is stuck, and what has to be changed while it runs. */
import type { Client } from '../../src/client/client.ts';
import { addPress } from './plant.ts';

const HOUR_MS = 3_600_000;
export const LOTS = 3;
export const MANY = 50;

/** One person releases a lot, another one checks the release. */
const RELEASE = {
  key: 'release',
  name: { en: 'Release of lots', he: 'שחרור מנות' },
  data: [
    { name: 'line', searchable: 'string' },
    { name: 'pieces', searchable: 'number' },
  ],
  nodes: [
    {
      ...{ id: 'release', name: { en: 'Release the lot', he: 'שחרור המנה' }, type: 'userTask', role: 'operator' },
      ...{ outcomes: ['approved', 'rejected'], commentOn: ['rejected'], due: '= deadline', next: 'check' },
      form: {
        type: 'object',
        required: ['weight'],
        properties: {
          weight: { type: 'integer', title: { en: 'Weight', he: 'משקל' }, minimum: 1 },
          isDry: { type: 'boolean', title: { en: 'It is dry', he: 'יבש' } },
        },
      },
    },
    {
      ...{ id: 'check', name: { en: 'Check the release', he: 'בדיקת השחרור' }, type: 'userTask', role: 'operator' },
      ...{ outcomes: ['done'], notBy: ['release'], next: 'end' },
    },
    { id: 'end', type: 'end' },
  ],
};

const SIGN_OFF = {
  key: 'sign-off',
  nodes: [
    { id: 'look', type: 'userTask', name: 'Sign off', role: 'operator', outcomes: ['approved'], next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

/** A machine is repaired; the second version calls its first step by another name, and lets it time out. */
const repair = (step: string, more: object = {}) => ({
  key: 'repair',
  name: { en: 'Repair', he: 'תיקון' },
  nodes: [
    { id: 'begin', type: 'start', next: step },
    {
      ...{ id: step, name: { en: 'Find the fault', he: 'איתור התקלה' }, type: 'userTask', role: 'technologist' },
      ...{ outcomes: ['done'], next: 'fix', ...more },
    },
    { id: 'fix', name: { en: 'Repair it', he: 'תיקון' }, type: 'userTask', role: 'technologist', next: 'end' },
    { id: 'end', type: 'end' },
  ],
});
const SECOND_REPAIR = repair('find', { boundary: [{ id: 'late', timer: '8h', next: 'fix' }] });

/** Stuck until somebody says how thick the batch is. */
const SORTING = {
  key: 'sorting',
  nodes: [
    { id: 'begin', type: 'start', next: 'sort' },
    {
      ...{ id: 'sort', name: { en: 'Sort', he: 'מיון' }, type: 'exclusiveGateway' },
      next: [
        { to: 'scrap', when: 'thickness < 2' },
        { to: 'end', when: 'thickness > 3' },
      ],
    },
    { id: 'scrap', type: 'userTask', role: 'technologist', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};
const WAITING = {
  key: 'waiting',
  nodes: [
    { id: 'wait', type: 'userTask', name: 'Wait for the crane', role: 'technologist', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

const PEOPLE = [
  ['Dana', 'operator'],
  ['Olga', 'operator'],
  ['Eli', 'engineer'],
] as const;
export type Worker = (typeof PEOPLE)[number][0];

/** Answers by name the link that signs the person in, and the instances that somebody has to mend. */
export async function beginTheDay(client: Client) {
  const links = new Map<Worker, string>();
  for (const [name, role] of PEOPLE) {
    const { id } = await client.people.create({ name, roles: [role] });
    links.set(name, (await client.people.signInLink(id)).url);
  }
  await addPress(client, 'press-7');
  for (const definition of [RELEASE, SIGN_OFF, repair('look'), SORTING, WAITING])
    await client.definitions.deploy(definition);
  const deadline = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
  for (const [lot, hours, pieces] of [
    ['lot-late', 9, 30],
    ['lot-soon', 1, 20],
    ['lot-next', 4, 10],
  ] as const)
    await client.instances.start({
      ...{ definition: RELEASE.key, businessKey: lot },
      variables: { line: 'press-7', device: 'press-7', pieces, deadline: deadline(hours), evidence: [firing()] },
    });
  for (let lot = 1; lot <= LOTS; lot++)
    await client.instances.start({ definition: SIGN_OFF.key, businessKey: `paper-${lot}` });
  const broken = await client.instances.start({
    ...{ definition: 'repair', businessKey: 'press-3', variables: { hours: 4, note: 'old' } },
  });
  const stuck = await client.instances.start({
    ...{ definition: SORTING.key, businessKey: 'batch-7', variables: { thickness: 2.5 } },
  });
  await client.instances.startMany(Array.from({ length: MANY }, () => ({ definition: WAITING.key })));
  await client.definitions.deploy(SECOND_REPAIR);
  return { links, broken: broken.id, stuck: stuck.id };
}

const firing = () => ({
  ...{ id: 'f-1', criterion: 'A', criterionId: 'press-7.A', device: 'press-7', at: Date.now(), value: 7.5, limit: 4 },
  ...{ version: 1, signal: { field: 'temperature', detector: 'z-score' }, anomalies: [] },
  ...{ from: new Date(Date.now() - HOUR_MS / 60).toISOString(), to: new Date().toISOString() },
});
