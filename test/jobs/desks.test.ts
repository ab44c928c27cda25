/** The desk's suite over every way a worker may reach the queue, under the same names. */
import { describe, it } from 'vitest';
import { openHttpDesk } from '../../src/app/open-http-desk.ts';
import type { Service } from '../../src/kernel/lifecycle.ts';
import { openEdgeServer } from '../../src/testing/edge-server.ts';
import { deskSuite, type OpenDeskWorld } from './desk-suite.ts';
import { openQueue } from './queue.ts';

/** A worker of the server's own process. */
const openInProcess: OpenDeskWorld = async () => {
  const queue = await openQueue();
  queue.keep();
  return { ...queue, desk: queue.jobs, another: async () => queue.jobs };
};

/** A worker anywhere, over real connections. */
const openHttp: OpenDeskWorld = async () => {
  const server = await openEdgeServer();
  const url = await server.http.listen({ port: 0, host: '127.0.0.1' });
  const opened: Service[] = [];
  const another = async () => {
    const desk = await openHttpDesk({ url, token: server.tokens.worker });
    opened.push(desk);
    return desk;
  };
  return {
    desk: await another(),
    another,
    jobs: server.services.jobs,
    clock: server.clock,
    [Symbol.asyncDispose]: async () => {
      for (const desk of opened) await desk.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

const desks: readonly { readonly name: string; readonly open: OpenDeskWorld; readonly isMissing?: boolean }[] = [
  { name: 'in-process', open: openInProcess },
  { name: 'over HTTP', open: openHttp },
];

for (const { name, open, isMissing = false } of desks)
  describe.skipIf(isMissing)(`a desk ${name}`, () => {
    for (const { name: promise, run } of deskSuite) it(promise, () => run(open));
  });
