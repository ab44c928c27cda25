/** Every page of the user interface, with something on it that proves its content is there, in any language. */
import type { Client } from '../../src/client/client.ts';
import { addPress, DEFECT, overheat } from './plant.ts';
import type { Person } from './reader.ts';

export type PageUnderTest = {
  readonly name: string;
  readonly path: string;
  readonly as: Person;
  /** A selector. */
  readonly shows: string;
};

const text = (words: string): string => `main >> text="${words}"`;

/** Fills every page: an instance at its first task, one that is stuck, a row that was refused. Answers all pages. */
export async function pagesOf(client: Client): Promise<PageUnderTest[]> {
  await addPress(client, 'press-2');
  await overheat(client, 'press-2');
  await client.measurements.send([{ device: 'press-2', ts: Date.now(), values: { temperature: 999 } }]);
  await client.definitions.deploy({
    key: 'sorting',
    nodes: [
      { id: 'begin', type: 'start', next: 'sort' },
      {
        id: 'sort',
        type: 'exclusiveGateway',
        next: [
          { to: 'scrap', when: 'thickness < 2' },
          { to: 'end', when: 'thickness > 3' },
        ],
      },
      { id: 'scrap', type: 'userTask', role: 'technologist', next: 'end' },
      { id: 'end', type: 'end' },
    ],
  });
  const stuck = await client.instances.start({
    definition: 'sorting',
    businessKey: 'batch-7',
    variables: { thickness: 2.5 },
  });
  await client.tokens.create({ name: 'line gateway', roles: ['device'], expiresIn: '30d' });
  await client.accounts.generate({ count: 2 });
  const [open] = (await client.instances.list({ definition: DEFECT.key, status: 'active' })).items;
  const [task] = (await client.tasks.list()).items;
  const [mail] = (await client.mails()).items;
  return [
    { name: 'inbox', path: '/inbox', as: 'administrator', shows: text('press-2') },
    { name: 'task', path: `/inbox/${task?.id}`, as: 'administrator', shows: 'figure canvas' },
    { name: 'inbox without tasks', path: '/inbox', as: 'technologist', shows: 'main' },
    { name: 'definitions', path: '/processes', as: 'administrator', shows: text(DEFECT.key) },
    { name: 'definition', path: `/processes/definitions/${DEFECT.key}`, as: 'administrator', shows: 'main svg' },
    { name: 'instances', path: '/processes/instances', as: 'administrator', shows: text('batch-7') },
    { name: 'instance', path: `/processes/instances/${open?.id}`, as: 'administrator', shows: 'figure canvas' },
    { name: 'stuck instance', path: `/processes/instances/${stuck.id}`, as: 'administrator', shows: 'main svg' },
    { name: 'incidents', path: '/processes/incidents', as: 'administrator', shows: text('sorting') },
    { name: 'devices', path: '/devices', as: 'administrator', shows: text('Brick press-2') },
    { name: 'device', path: '/devices/press-2', as: 'administrator', shows: 'figure canvas' },
    { name: 'services', path: '/services', as: 'administrator', shows: text('millrace-readings') },
    { name: 'queues', path: '/services/queues', as: 'administrator', shows: text('process.firings') },
    { name: 'no dead letters', path: '/services/queues/process.firings', as: 'technologist', shows: 'main' },
    { name: 'no such service', path: '/services/named/focus', as: 'technologist', shows: 'main' },
    { name: 'mails', path: '/mails', as: 'administrator', shows: text('operators') },
    { name: 'mail', path: `/mails/${mail?.id}`, as: 'administrator', shows: 'article' },
    { name: 'people', path: '/access', as: 'administrator', shows: text('operator@plant.example') },
    { name: 'recipient lists', path: '/access/recipients', as: 'administrator', shows: text('operators') },
    { name: 'tokens', path: '/access/tokens', as: 'administrator', shows: text('line gateway') },
    { name: 'accounts', path: '/access/accounts', as: 'administrator', shows: 'main tbody tr' },
    { name: 'not found', path: '/nowhere', as: 'administrator', shows: 'main' },
    { name: 'signed out', path: '/inbox', as: 'nobody', shows: 'main' },
  ];
}
