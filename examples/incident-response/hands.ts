/** The worker of the story: it claims jobs over HTTP, as one in any language would, and notes what it did. */
import type { Client } from '../../src/client/index.ts';

const KINDS = ['line.isolate', 'line.release', 'line.start', 'part.reserve', 'part.give-back'];

export type Hands = AsyncDisposable & {
  /** What was done for a line, in order. */
  didFor(line: string): string;
};

export function startHands(client: Client): Hands {
  const did: { readonly line: string; readonly kind: string }[] = [];
  let isStopped = false;
  const worker = 'line-hands';
  const round = async (): Promise<void> => {
    const { jobs } = await client.jobs.claim({ kinds: KINDS, limit: 10, wait: '200ms', lease: '30s', worker });
    for (const { kind, payload } of jobs) did.push({ line: lineOf(payload), kind });
    const settlement = { kind: 'done', outcome: 'done' } as const;
    if (jobs.length === 0) return;
    await client.jobs.settle(
      worker,
      jobs.map(({ id, epoch }) => ({ id, epoch, settlement })),
    );
  };
  const working = (async () => {
    while (!isStopped) await round();
  })();
  return {
    didFor: (line) => did.flatMap((each) => (each.line === line ? [each.kind] : [])).join(', '),
    [Symbol.asyncDispose]: async () => {
      isStopped = true;
      await working;
    },
  };
}

/** Jobs of processes carry the variables of their step. */
function lineOf(payload: unknown): string {
  const { variables } = payload as { readonly variables: { readonly line: string } };
  return variables.line;
}
