/** Definitions made of others. */
import { describe, expect, it } from 'vitest';
import type { EdgeServer } from '../../src/testing/edge-server.ts';
import { servers } from './on-stores.ts';
import { deploy, isOver, start, when } from './running.ts';

const adding = (key: string, script: string) => ({
  key,
  nodes: [{ id: 'add', type: 'scriptTask', script, result: key }],
});
const compose = (server: EdgeServer, body: object) =>
  server.call({ method: 'POST', url: '/api/v1/definitions/compose', as: 'engineer', body });

async function withParts(opened: Promise<EdgeServer>): Promise<EdgeServer> {
  const server = await opened;
  await deploy(server, adding('first', 'given + 1'));
  await deploy(server, adding('second', 'if first = null then given * 10 else first * 10'));
  return server;
}
const of = [{ definition: 'first' }, { definition: 'second' }];

for (const { name, open, isMissing } of servers)
  describe.skipIf(isMissing)(`a definition that joins others on ${name}`, () => {
    it.each(['sequence', 'call'])('runs them in their order and passes their variables on: %s', async (as) => {
      await using server = await withParts(open());
      expect(await compose(server, { key: 'both', as, of })).toMatchObject({ status: 200, body: { version: 1 } });
      const id = await start(server, { definition: 'both', variables: { given: 4 } });
      expect(await when(server, id, isOver)).toMatchObject({ variables: { given: 4, first: 5, second: 50 } });
    });

    it('runs them all at once, and ends with the last', async () => {
      await using server = await withParts(open());
      await compose(server, { key: 'both', as: 'parallel', of });
      const id = await start(server, { definition: 'both', variables: { given: 4 } });
      expect(await when(server, id, isOver)).toMatchObject({ variables: { first: 5, second: 40 } });
    });

    it('is the version that is there when it is made again', async () => {
      await using server = await withParts(open());
      for (const _ of [1, 2]) expect((await compose(server, { key: 'both', as: 'parallel', of })).body.version).toBe(1);
      const later = await compose(server, { key: 'both', as: 'sequence', of: [{ definition: 'first', version: 1 }] });
      expect(later.body).toMatchObject({ version: 2, source: { nodes: expect.any(Array) } });
    });

    it('is only shown on a dry run', async () => {
      await using server = await withParts(open());
      const { body } = await compose(server, { key: 'both', as: 'sequence', of, dryRun: true });
      expect(body.version).toBeNull();
      const shown = await server.call({ method: 'GET', url: '/api/v1/definitions/both', as: 'operator' });
      expect(shown.status).toBe(404);
      expect(await deploy(server, body.source as object)).toMatchObject({ status: 201 });
    });

    it.each([
      [{ key: 'both', as: 'sequence', of: [{ definition: 'nowhere' }] }, 'process.unknown-definition'],
      [{ key: 'both', as: 'sequence', of: [{ definition: 'first', version: 9 }] }, 'process.unknown-definition'],
      [{ key: 'first', as: 'sequence', of }, 'process.composes-itself'],
      [{ key: '1 both', as: 'sequence', of }, 'process.invalid-definition'],
      [{ key: 'both', as: 'sequence', of: [] }, 'request.invalid'],
    ])('is refused for %j: %s', async (body, code) => {
      await using server = await withParts(open());
      expect((await compose(server, body)).body.code).toBe(code);
    });
  });
