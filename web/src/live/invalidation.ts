/** Which of the cached answers an event makes stale. Events say that something changed, never what it is now. */
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';

type Area = { readonly prefix: string; readonly keys: readonly QueryKey[]; readonly everyMs: number };

/** People's work is shown four times a second at most; readings never stop, so their charts follow more slowly. */
const WORK_MS = 250;
const READINGS_MS = 2_000;

const work: readonly QueryKey[] = [keys.allTasks, keys.allInstances, keys.allIncidents, keys.definitions, keys.mails];

const areas: readonly Area[] = [
  { prefix: 'millrace.process', keys: work, everyMs: WORK_MS },
  { prefix: 'millrace.process.decision', keys: [keys.decisions], everyMs: WORK_MS },
  { prefix: 'millrace.jobs', keys: [keys.allTasks, keys.mails], everyMs: WORK_MS },
  { prefix: 'millrace.mail', keys: [keys.mails], everyMs: WORK_MS },
  { prefix: 'millrace.access', keys: [keys.people, keys.recipients, keys.tokens, keys.accounts], everyMs: WORK_MS },
  { prefix: 'millrace.measurements.criterion', keys: [keys.allCriteria], everyMs: WORK_MS },
  { prefix: 'millrace.measurements.analysis', keys: [keys.allAnalyses], everyMs: READINGS_MS },
  { prefix: 'millrace.measurements.anomaly', keys: [keys.fleet], everyMs: READINGS_MS },
  { prefix: 'millrace.bus', keys: [keys.queues, keys.allDeadLetters], everyMs: WORK_MS },
  {
    prefix: 'millrace.measurements',
    keys: [keys.devices, keys.allSeries, keys.allAnomalies, keys.allCriteria, keys.allQuarantine],
    everyMs: READINGS_MS,
  },
];

/** What to subscribe to. */
export const topics = [...new Set(areas.map(({ prefix }) => prefix.split('.').slice(0, 2).join('.')))];

export const areasOf = (topic: string): readonly Area[] =>
  areas.filter(({ prefix }) => topic === prefix || topic.startsWith(`${prefix}.`));

/**
 * Gathers events and refetches each area at its pace. The next round of an area waits for the answers of the last, so
 * that a slow server is not asked twice for the same thing; a hidden tab asks for nothing until it is seen again.
 */
export function createInvalidator(client: QueryClient, signal: AbortSignal): (topic: string) => void {
  const waiting = new Set<Area>();
  const running = new Set<Area>();

  const run = async (area: Area): Promise<void> => {
    running.add(area);
    while (waiting.delete(area)) {
      await seen(signal);
      if (signal.aborted) break;
      await Promise.all(area.keys.map((queryKey) => client.invalidateQueries({ queryKey })));
      await pause(area.everyMs, signal);
    }
    running.delete(area);
  };

  return (topic) => {
    for (const area of areasOf(topic)) {
      waiting.add(area);
      if (!running.has(area)) void run(area);
    }
  };
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Resolves when somebody can see the page. */
function seen(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (!document.hidden || signal.aborted) return resolve();
    const look = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}
