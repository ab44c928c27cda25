/** The desk over HTTP, as far as it is the client's own doing; test/jobs/desks.test.ts holds it to what every desk promises. */
import { describe, expect, it } from 'vitest';
import { done } from '../kernel/settlement.ts';
import { openEdgeServer } from '../testing/edge-server.ts';
import { isClientError } from './client-error.ts';
import { deskOver } from './desk.ts';

const KIND = 'desk.k';

describe('a desk over HTTP', () => {
  it('throws at once when no server answers', async () => {
    const desk = deskOver({ url: 'http://127.0.0.1:1' });
    const claim = desk.claim({ worker: 'w', kinds: [KIND], limit: 1 });
    await expect(claim).rejects.toSatisfy((error) => isClientError(error, 'client.unreachable'));
  });

  it('throws what the server says of the token, and discards nothing', async () => {
    await using server = await openEdgeServer();
    const url = await server.http.listen({ port: 0, host: '127.0.0.1' });
    const id = await server.services.jobs.enqueue({ kind: KIND, payload: {} });
    const given = [{ id, epoch: 1, settlement: done() }];
    const settled = deskOver({ url, token: server.tokens.device }).settle('w', given);
    await expect(settled).rejects.toMatchObject({ code: 'access.forbidden' });
    expect((await server.services.jobs.get(id)).state).toBe('ready');
  });

  it('settles more than one call takes, and a result that is too large harms no other', {
    timeout: 60_000,
  }, async () => {
    await using server = await openEdgeServer();
    const url = await server.http.listen({ port: 0, host: '127.0.0.1' });
    const { jobs } = server.services;
    await jobs.enqueueMany(Array.from({ length: 1_100 }, (_, n) => ({ kind: KIND, payload: n })));
    const desk = deskOver({ url, token: server.tokens.worker });
    const claim = { worker: 'w', kinds: [KIND], limit: 1_100 };
    const held = [...(await desk.claim(claim)), ...(await desk.claim(claim))];
    expect(held).toHaveLength(1_100);
    const large = { text: 'x'.repeat(17_000_000) };
    const verdicts = await desk.settle(
      'w',
      held.map(({ id, epoch }, n) => ({ id, epoch, settlement: done('done', n === 7 ? large : { n }) })),
    );
    expect(new Set(verdicts)).toEqual(new Set(['ok']));
    const [seventh, eighth] = await Promise.all([7, 8].map((n) => jobs.get(held[n]?.id as never)));
    expect([seventh?.state, eighth?.state]).toEqual(['dead', 'done']);
    expect(seventh?.error).toContain('Its result was refused: ');
  });
});
