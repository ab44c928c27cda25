/** Looks, over HTTP only, whether the server still keeps every promise in the ledger. Answers what it found broken. */
import { type Effect, replay } from '../../src/process/core/state.ts';
import type { Ledger } from './ledger.ts';

type Instance = { readonly status: string; readonly tokens: readonly { readonly node: string }[] };
type Entry = {
  readonly effects: readonly Effect[];
  readonly command: { readonly type: string; readonly job?: number };
};

const PARALLEL = 20;

/** Every acknowledged call is there, nothing was completed twice, and each history rebuilds its state. */
export async function examine(url: string, ledger: Ledger): Promise<string[]> {
  const problems = ledger.twice.map((task) => `task ${task} was completed twice`);
  await eachOf([...ledger.completed], async ([task, outcome]) => {
    const found = await get<{ state: string; outcome: string }>(`${url}/api/v1/tasks/${task}`);
    if (found?.state !== 'done' || found.outcome !== outcome)
      problems.push(`task ${task} was acknowledged as ${outcome}, and is ${found?.state} ${found?.outcome}`);
  });
  await eachOf([...ledger.started], async (id) => {
    const instance = await get<Instance>(`${url}/api/v1/instances/${id}`);
    const history = await get<{ items: Entry[] }>(`${url}/api/v1/instances/${id}/history?limit=1000`);
    if (instance === undefined || history === undefined)
      return void problems.push(`instance ${id} was acknowledged and is not there`);
    const settled = history.items.flatMap(({ command }) => (command.type === 'settle' ? [command.job] : []));
    if (new Set(settled).size !== settled.length) problems.push(`instance ${id}: a job or task was settled twice`);
    const rebuilt = replay(history.items.map(({ effects }) => effects));
    const nodes = (tokens: readonly { node: string }[]) =>
      tokens
        .map(({ node }) => node)
        .sort()
        .join();
    if (rebuilt.status !== instance.status || nodes(rebuilt.tokens) !== nodes(instance.tokens))
      problems.push(`instance ${id}: its history gives another state`);
  });
  return problems;
}

/** Completes everything that is open; answers the instances that do not end all the same. */
export async function finishAll(
  url: string,
  ledger: Ledger,
  complete: (task: string, outcome: 'confirmed' | 'done') => Promise<void>,
): Promise<string[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await get<{ items: { id: string; outcomes: string[] }[] }>(
      `${url}/api/v1/tasks?state=offered&limit=500`,
    );
    await eachOf(answer?.items ?? [], ({ id, outcomes }) =>
      complete(id, outcomes.includes('done') ? 'done' : 'confirmed'),
    );
    const stuck: string[] = [];
    await eachOf([...ledger.started], async (id) => {
      const instance = await get<Instance>(`${url}/api/v1/instances/${id}`);
      if (instance?.status === 'active')
        stuck.push(`instance ${id} is stuck at ${instance.tokens.map(({ node }) => node).join()}`);
    });
    if (stuck.length === 0 || Date.now() > deadline) return stuck;
  }
}

async function get<T>(url: string): Promise<T | undefined> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  return answer.ok ? ((await answer.json()) as T) : undefined;
}

async function eachOf<T>(items: readonly T[], look: (item: T) => Promise<void>): Promise<void> {
  const rest = items.slice();
  const one = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await look(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, one));
}
