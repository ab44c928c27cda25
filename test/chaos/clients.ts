/** Fifty people and programs at once: they start instances and complete tasks, sometimes two of them the same task. */
import type { Random } from '../../src/kernel/random.ts';
import type { Ledger, Verdict } from './ledger.ts';

type Task = { readonly id: string; readonly outcomes: readonly Verdict[] };

export const DEFINITION = {
  key: 'chaos',
  nodes: [
    { id: 'start', type: 'start', next: 'judge' },
    { id: 'judge', type: 'userTask', role: 'operator', next: { confirmed: 'fork', rejected: 'end' } },
    { id: 'fork', type: 'parallelGateway', next: ['pause', 'tell'] },
    { id: 'pause', type: 'timerCatch', after: '50ms', next: 'join' },
    { id: 'tell', type: 'mail', to: 'nobody', subject: 'Repair', text: 'Please repair {device}.', next: 'join' },
    { id: 'join', type: 'parallelGateway', next: 'repair' },
    { id: 'repair', type: 'userTask', role: 'technologist', next: { done: 'end' } },
    { id: 'end', type: 'end' },
  ],
};

/** Calls until `signal` aborts or the server is gone. A call without an answer has acknowledged nothing. */
export async function runClients({
  url,
  count,
  ledger,
  random,
  signal,
}: {
  readonly url: string;
  readonly count: number;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly signal: AbortSignal;
}): Promise<void> {
  const known: Task[] = [];
  const client = async () => {
    while (!signal.aborted) {
      ledger.calls += 1;
      try {
        const choice = random();
        if (choice < 0.35 || known.length === 0) await startOne();
        else await completeOne(choice < 0.5);
        if (random() < 0.2) await list();
      } catch {
        ledger.broken += 1; // the server was killed under this call
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  };
  const startOne = async () => {
    const answer = await post(`${url}/api/v1/instances`, {
      definition: 'chaos',
      variables: { device: 'press-1', text: 'x'.repeat(100) },
    });
    if (answer.status === 201) ledger.started.add(((await answer.json()) as { id: string }).id);
    else ledger.refused += 1;
  };
  const completeOne = async (byTwo: boolean) => {
    const task = known.splice(Math.floor(random() * known.length), 1)[0];
    if (task === undefined) return;
    const outcome = task.outcomes[Math.floor(random() * task.outcomes.length)] ?? 'done';
    await Promise.all(Array.from({ length: byTwo ? 2 : 1 }, () => complete(task.id, outcome)));
  };
  const complete = async (id: string, outcome: Verdict) => {
    const answer = await post(`${url}/api/v1/tasks/${id}/complete`, { outcome });
    if (answer.ok) ledger.acknowledge(id, outcome);
    else ledger.refused += 1;
  };
  const list = async () => {
    const answer = await fetch(`${url}/api/v1/tasks?state=offered&limit=200`, { signal: AbortSignal.timeout(10_000) });
    const { items } = (await answer.json()) as { items: Task[] };
    known.splice(0, known.length, ...items);
  };
  await Promise.all(Array.from({ length: count }, client));
}

export function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
}
