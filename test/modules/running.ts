/** Deploys definitions on a server under test, starts instances, and waits until something is true of them. */
import { expect } from 'vitest';
import { instanceFamily } from '../../src/process/engine/families.ts';
import type { EdgeServer } from '../../src/testing/edge-server.ts';

export const deploy = (server: EdgeServer, definition: object) =>
  server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: definition });

export async function start(server: EdgeServer, body: object): Promise<string> {
  const answer = await server.call({ method: 'POST', url: '/api/v1/instances', as: 'operator', body });
  expect(answer.status).toBe(201);
  return String(answer.body.id);
}

/** The instance, as soon as something is true of it. */
export async function when(
  server: EdgeServer,
  id: string,
  isSo: (instance: EdgeInstance) => boolean,
): Promise<EdgeInstance> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const unlisten = server.services.store.onCommit(instanceFamily, () => {
        unlisten();
        resolve();
      });
    });
    const { body } = await server.call({ method: 'GET', url: `/api/v1/instances/${id}`, as: 'operator' });
    const instance = body as EdgeInstance;
    if (isSo(instance)) return instance;
    await changed;
  }
}
type EdgeInstance = { status: string; incidents: number; variables: Record<string, unknown>; at: string[] };
export const isOver = ({ status }: EdgeInstance): boolean => status === 'completed';
export const isStuck = ({ incidents }: EdgeInstance): boolean => incidents > 0;
