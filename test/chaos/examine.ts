/** Looks, over HTTP only, whether the server still keeps every promise in the ledger. Answers what it found broken. */
import { systemClock } from '../../src/kernel/clock.ts';
import type { Random } from '../../src/kernel/random.ts';
import { type Effect, replay } from '../../src/process/core/effect.ts';
import { post, sendParts, type Task } from './clients.ts';
import type { Ledger, Promises, Verdict } from './ledger.ts';

type Instance = { readonly status: string; readonly tokens: readonly { readonly node: string }[] };
type Entry = {
  readonly seq: number;
  readonly effects: readonly Effect[];
  readonly command: { readonly type: string; readonly job?: number };
};
type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

const PARALLEL = 20;
const ROWS_AT_ONCE = 1_000;
const PAGE = 500;
const FINISH_MS = 120_000;

/**
 * What was acknowledged is there, nothing was completed twice, and each history rebuilds its state. With `random` it looks
 * at what is new and at some of the rest.
 */
export async function examine(url: string, ledger: Ledger, random?: Random): Promise<string[]> {
  const of = <Kept>(promises: Promises<Kept>) => (random === undefined ? [...promises.all] : promises.some(random));
  const problems = [...ledger.twice.map((task) => `task ${task} was completed twice`), ...ledger.odd];
  await eachOf(of(ledger.completed), async ([task, outcome]) => {
    const found = await get<{ state: string; outcome: string }>(`${url}/api/v1/tasks/${task}`);
    if (found?.state !== 'done' || found.outcome !== outcome)
      problems.push(`task ${task} was acknowledged as ${outcome}, and is ${found?.state} ${found?.outcome}`);
  });
  await eachOf(of(ledger.started), async ([id]) => {
    const problem = await examineInstance(url, id);
    if (problem !== undefined) problems.push(`instance ${id} ${problem}`);
  });
  problems.push(
    ...(await examineReadings(
      url,
      of(ledger.readings).map(([, row]) => row),
    )),
  );
  return problems;
}

async function examineInstance(url: string, id: string): Promise<string | undefined> {
  const instance = await get<Instance>(`${url}/api/v1/instances/${id}`);
  const history = await get<Page<Entry>>(`${url}/api/v1/instances/${id}/history?limit=1000`);
  if (instance === undefined || history === undefined) return 'was acknowledged and is not there';
  if (history.items.some(({ seq }, place) => seq !== place + 1)) return 'has a gap in its history';
  const settled = history.items.flatMap(({ command }) => (command.type === 'settle' ? [command.job] : []));
  if (new Set(settled).size !== settled.length) return 'settled a job or task twice';
  const rebuilt = replay(history.items.map(({ effects }) => ({ at: 0, effects })));
  const isSame = rebuilt.status === instance.status && nodesOf(rebuilt.tokens) === nodesOf(instance.tokens);
  return isSame ? undefined : 'has a history that gives another state';
}

/** Rows that are stored are counted as repeats when they are sent again. */
async function examineReadings(url: string, rows: readonly object[]): Promise<string[]> {
  const problems: string[] = [];
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const sent = rows.slice(from, from + ROWS_AT_ONCE);
    const answer = await post(`${url}/api/v1/measurements?mode=replay`, sent);
    const { stored, duplicate } = (await answer.json()) as { stored: number; duplicate: number };
    if (duplicate !== sent.length) problems.push(`of ${sent.length} acknowledged rows ${stored} were not there`);
  }
  return problems;
}

/** Completes everything that is open; answers the instances that do not end all the same. */
export async function finishAll(url: string, ledger: Ledger): Promise<string[]> {
  const deadline = Date.now() + FINISH_MS;
  for (;;) {
    const tasks = await get<Page<Task>>(`${url}/api/v1/tasks?state=offered&limit=${PAGE}`);
    await eachOf(tasks?.items ?? [], async ({ id, outcomes }) => {
      const outcome: Verdict = outcomes.includes('done') ? 'done' : 'confirmed';
      const answer = await post(`${url}/api/v1/tasks/${id}/complete`, { outcome });
      if (answer.ok) ledger.complete(id, outcome);
    });
    const active = await get<Page<Instance & { id: string; businessKey: string; at: readonly string[] }>>(
      `${url}/api/v1/instances?status=active&limit=${PAGE}`,
    );
    const stuck = active?.items ?? [];
    if (stuck.length === 0 || Date.now() > deadline)
      return stuck.map(({ id, at }) => `instance ${id} is stuck at ${at.join()}`);
    // A message that was acknowledged is not sent again: if it was lost, its instance is stuck.
    await eachOf(stuck, async ({ businessKey }) => {
      if (ledger.messages.has(businessKey)) return;
      if ((await sendParts(url, businessKey)).ok) ledger.messages.add(businessKey);
    });
  }
}

const nodesOf = (tokens: readonly { readonly node: string }[]): string =>
  tokens
    .map(({ node }) => node)
    .sort()
    .join();

/** Undefined: it is not there. A server that has been asked too much at once is asked again when it says so. */
async function get<T>(url: string): Promise<T | undefined> {
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    if (answer.ok) return (await answer.json()) as T;
    if (answer.status === 404) return undefined;
    if (answer.status !== 429) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    await systemClock.sleep(Number(answer.headers.get('retry-after') ?? 1) * 1_000);
  }
}

async function eachOf<T>(items: readonly T[], look: (item: T) => Promise<void>): Promise<void> {
  const rest = items.slice();
  const one = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await look(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, one));
}
