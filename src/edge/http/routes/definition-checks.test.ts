/** Definitions that are checked and not deployed. */
import { expect, it } from 'vitest';
import { fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

const REPAIR = {
  key: 'repair',
  nodes: [{ id: 'look', type: 'userTask', role: 'operator', outcomes: ['broken', 'fine'] }],
};

it('tells with dryRun which version a definition would become, or what is wrong, and keeps nothing', async () => {
  await using server = await openEdgeServer();
  const post = (url: string, body: unknown) => server.call({ method: 'POST', url, as: 'engineer', body });
  await post('/api/v1/definitions', REPAIR);
  const before = fingerprint(server.disk);
  const check = (body: unknown) => post('/api/v1/definitions?dryRun=true', body);
  const version = async (body: unknown) => (await check(body)).body.version;
  expect([await version(REPAIR), await version({ ...REPAIR, name: 'Repair' })]).toEqual([1, 2]);
  expect(await version({ ...REPAIR, key: 'other' })).toBe(1);
  const wrong = await check({ ...REPAIR, nodes: [{ id: 'look', type: 'userTask', role: 'operator', next: 'on' }] });
  expect([wrong.status, wrong.body.code]).toEqual([422, 'process.invalid-definition']);
  expect(wrong.body.errors).toContainEqual(expect.objectContaining({ rule: 'flow.unknown-target', element: 'look' }));
  expect((await post('/api/v1/definitions?dryRun=perhaps', REPAIR)).body.code).toBe('request.invalid');
  expect(fingerprint(server.disk)).toBe(before);
});
