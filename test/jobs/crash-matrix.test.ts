/** `kill -9` at every point between an enqueue and the end of its job: real processes, on each store that is on a disk. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { JobRow } from '../../src/jobs/job.ts';
import { placeFamily } from '../../src/jobs/place.ts';
import { statisticFamily } from '../../src/jobs/statistics.ts';
import { taskFamily } from '../../src/jobs/task.ts';
import type { Store } from '../../src/store/store.ts';
import { withoutPostgres } from '../fresh-postgres.ts';
import { type Event, eventsIn, type KindsOf, startChild } from './faults/crashed.ts';
import { freshPlace, openPlace, workOff } from './faults/survivor.ts';

const TIMEOUT_MS = 120_000;
const kinds: KindsOf = {
  plain: { backoff: { firstMs: 20, longestMs: 20 } },
  keyed: { keyLimit: 1 },
  hold: { onLost: 'hold' },
};
const script = {
  ghosts: [
    { kind: 'plain', ms: 60 },
    { kind: 'hold', ms: 60 },
  ],
  first: [
    { kind: 'plain', payload: {} },
    { kind: 'keyed', payload: {}, key: 'a' },
    { kind: 'keyed', payload: {}, key: 'a' },
    { kind: 'plain', payload: {}, delayMs: 30 },
  ],
  later: [{ kind: 'plain', payload: {}, dedupKey: 'once' }],
};
type When = 'before' | 'during' | 'after';
/** The keeper's commits are like the others: in the middle of them only when everything is asked for (`CRASH_MATRIX=full`). */
const KEEPER: readonly When[] =
  process.env.CRASH_MATRIX === 'full' ? ['before', 'during', 'after'] : ['before', 'after'];
const matrix: readonly (readonly [string, readonly When[]])[] = [
  ['enqueue', ['before', 'during', 'after']],
  ['claim', ['before', 'during', 'after']],
  ['handler', ['before', 'during']],
  ['settle', ['before', 'during', 'after']],
  ['promote', KEEPER],
  ['admit', KEEPER],
  ['rescue', KEEPER],
  ['hold', KEEPER],
];
const points = matrix.flatMap(([point, whens]) => whens.map((when) => ({ point, when })));

for (const name of ['sqlite', 'postgres'] as const) {
  describe.skipIf(name === 'postgres' && withoutPostgres)(`a process on ${name} that dies`, () => {
    for (const { point, when } of points)
      it(`${when} ${point} loses no job and does none twice`, { timeout: TIMEOUT_MS }, async () => {
        await using place = await freshPlace(name);
        const child = startChild({ ...place, name: 'child', leaseMs: 30_000, kinds, script, die: { point, when } });
        const [code, signal] = await once(child, 'exit');
        expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
        await using store = await openPlace(place.store);
        const rows = await workOff(store, { kinds, died: 'child' });
        expectEachOnce(rows, eventsIn(place.log));
        await expectNothingHeld(store, rows);
      });
  });
}

function expectEachOnce(rows: readonly JobRow[], events: readonly Event[]): void {
  const acknowledged = events.filter(({ what }) => what === 'enqueued').map(({ job }) => job);
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
  for (const row of rows) {
    const { id, state, attempt, lost } = row;
    // What was at work in the process that died, and what the ghost had, was lost once: it costs no attempt.
    const wasAsked = row.kind === 'hold';
    expect({ id, state, attempt }).toEqual({
      id,
      state: wasAsked && lost > 0 ? 'unknown' : 'done',
      attempt: state === 'done' ? 1 : 0,
    });
    expect(lost).toBeLessThanOrEqual(2);
    const completed = events.filter(({ what, job }) => what === 'completed' && job === id);
    expect(completed.length).toBeLessThanOrEqual(1);
    if (completed[0] !== undefined) expect(row.epoch).toBe(completed[0].epoch + 1);
  }
  const ghosts = rows.slice(0, 2);
  for (const ghost of ghosts) if (events.length >= 2) expect(ghost.lost).toBeGreaterThanOrEqual(1);
}

async function expectNothingHeld(store: Store, rows: readonly JobRow[]): Promise<void> {
  const open = await store.select(taskFamily, { where: { state: 'offered' }, limit: 100 });
  const asked = rows.filter(({ state }) => state === 'unknown');
  expect(open.map(({ ownerId }) => ownerId)).toEqual(asked.map(({ id }) => id));
  const places = await store.select(placeFamily, { limit: 100 });
  expect(places.map(({ used }) => used)).toEqual(places.map(() => 0));
  const minutes = await store.select(statisticFamily, { limit: 100 });
  const live = minutes.reduce(
    (sum, { started, completed, failed, cancelled }) => sum + started - completed - failed - cancelled,
    0,
  );
  expect(live).toBe(asked.length);
}
