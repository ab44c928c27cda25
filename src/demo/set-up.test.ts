import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Client, createClient } from '../client/client.ts';
import { type EdgeServer, fingerprint, openEdgeServer } from '../testing/edge-server.ts';
import { type DefinitionSource, setUpPlant } from './set-up.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
) as DefinitionSource;

async function clientOf({ http, tokens }: EdgeServer): Promise<Client> {
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  return createClient({ url, token: tokens.administrator });
}

describe('setting up the demo plant', () => {
  it('makes machines, criteria, shifts, people, recipient lists and the process', async () => {
    await using server = await openEdgeServer();
    const client = await clientOf(server);
    const made = await setUpPlant({ client, definition });
    expect(made).toContain('device press-1');
    expect(made).toContain('criterion kiln-1.B');
    expect((await client.devices.list()).items.map(({ id }) => id)).toEqual([
      'dryer-1',
      'kiln-1',
      'press-1',
      'press-2',
    ]);
    expect(await client.devices.get('press-1')).toMatchObject({ line: 'line-1', idealCycle: '600ms' });
    expect((await client.criteria.list()).items).toHaveLength(8);
    expect((await client.definitions.list()).items.map(({ key }) => key)).toEqual(['equipment-defect']);
    expect((await client.shiftPlans.list()).items.map(({ lines }) => lines)).toEqual([['line-1', 'line-2']]);
    const roles = (await client.people.list()).items.flatMap((person) => person.roles);
    expect(roles).toEqual(expect.arrayContaining(['operator', 'engineer', 'technologist']));
    const lists = (await client.recipients.list()).items.map(({ name }) => name);
    expect(lists).toEqual(expect.arrayContaining(['operators', 'engineers', 'technologists']));
  });

  it('changes nothing the second time, not even what people have changed meanwhile', async () => {
    await using server = await openEdgeServer();
    const client = await clientOf(server);
    await setUpPlant({ client, definition });
    await client.criteria.change('press-1.A', { limit: 7 });
    const before = fingerprint(server.disk);
    expect(await setUpPlant({ client, definition })).toEqual([]);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('makes up for what is missing, as after a start that was cut short', async () => {
    await using server = await openEdgeServer();
    const client = await clientOf(server);
    await client.devices.create({ id: 'press-1', fields: [{ name: 'temperature' }] });
    const made = await setUpPlant({ client, definition });
    expect(made).not.toContain('device press-1');
    expect(made).toEqual(
      expect.arrayContaining(['device press-2', 'criterion press-1.A', 'definition equipment-defect']),
    );
  });
});
