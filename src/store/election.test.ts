/** One of several does it: on a store with a clock that the test moves, and candidates that are killed, halted and closed. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../kernel/clock.ts';
import { service } from '../kernel/lifecycle.ts';
import { silentLog } from '../kernel/log.ts';
import { seededRandom } from '../kernel/random.ts';
import { ModelDisk } from '../testing/model-disk.ts';
import { openModelStore } from '../testing/model-store.ts';
import {
  CLOCK_TOLERANCE_MS,
  ELECTION_LEASE_MS,
  ELECTION_LOOK_MS,
  electionFamily,
  startElected,
  type Term,
} from './election.ts';
import type { Store } from './store.ts';
import { set } from './unit.ts';

const START = Date.UTC(2026, 0, 5, 6);
const TAKEOVER_MS = ELECTION_LEASE_MS + CLOCK_TOLERANCE_MS + ELECTION_LOOK_MS;
const OFFICE = 'housekeeping';

function plant() {
  const clock = new VirtualClock(START);
  const disk = new ModelDisk();
  const model = openModelStore({ disk, families: [electionFamily], clock });
  /** Who leads now, with its term. */
  const leading = new Map<string, Term>();
  const terms: number[] = [];
  /** `isHalted` stands for a process that does not run: nothing of it reaches the store. */
  const candidate = (name: string) => {
    const process = { isHalted: false };
    const store: Store = {
      ...model,
      capabilities: { name: 'model', sharedByProcesses: true },
      get: async (...asked) => (process.isHalted ? new Promise<never>(() => {}) : model.get(...asked)),
      commit: async (units) => (process.isHalted ? new Promise<never>(() => {}) : model.commit(units)),
    };
    const elected = startElected({
      ...{ store, clock, log: silentLog, office: OFFICE, candidate: name },
      lead: (term) => {
        terms.push(term.number);
        leading.set(name, term);
        term.signal.addEventListener('abort', () => leading.delete(name));
        return service({}, async () => {});
      },
    });
    return Object.assign(elected, { process });
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      await clock.advance(250);
      await turns();
      expect(leading.size).toBeLessThanOrEqual(1);
    }
  };
  return { clock, model, leading, terms, candidate, pass };
}

const turns = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

it('is done by one of those that stand for it, for as long as it runs', async () => {
  const { leading, terms, candidate, pass } = plant();
  const all = ['north', 'south', 'west'].map(candidate);
  await pass(120_000);
  expect([leading.size, terms]).toEqual([1, [1]]);
  for (const one of all) await one.close();
  expect(leading.size).toBe(0);
});

it('is taken over at the next look when it is laid down', async () => {
  const { leading, terms, candidate, pass } = plant();
  const north = candidate('north');
  await pass(500);
  await using _south = candidate('south');
  await pass(5_000);
  expect([...leading.keys()]).toEqual(['north']);
  await north.close();
  await pass(ELECTION_LOOK_MS);
  expect([[...leading.keys()], terms]).toEqual([['south'], [1, 2]]);
});

it('is taken over within the stated time from one that is halted, which stops of itself before', async () => {
  const { leading, terms, candidate, pass, model } = plant();
  const north = candidate('north');
  await pass(500);
  await using _south = candidate('south');
  await pass(20_000);
  const first = leading.get('north') as Term;
  north.process.isHalted = true;
  await pass(ELECTION_LEASE_MS);
  expect(leading.has('north')).toBe(false);
  await pass(TAKEOVER_MS - ELECTION_LEASE_MS);
  expect([[...leading.keys()], terms]).toEqual([['south'], [1, 2]]);
  expect(first.signal.aborted).toBe(true);
  // What the first had begun comes too late.
  const late = { guards: first.guards, writes: [set(electionFamily, [OFFICE], { holder: 'north' })] };
  expect(await model.commit([late])).toEqual(['conflict']);
});

it('is taken back at once under the name of one that was killed', async () => {
  const { leading, candidate, pass } = plant();
  const killed = candidate('north');
  await pass(500);
  killed.process.isHalted = true;
  leading.clear();
  await using _again = candidate('north');
  await pass(500);
  expect(leading.get('north')?.number).toBe(2);
});

it('never has two holders, whatever is killed, halted and closed', { timeout: 60_000 }, async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    const { leading, terms, candidate, pass } = plant();
    const running = new Map<string, ReturnType<typeof candidate>>();
    for (let step = 0; step < 30; step++) {
      const name = `server-${Math.floor(random() * 4)}-${step}`;
      const [eldest] = running.keys();
      if (running.size < 3) running.set(name, candidate(name));
      else if (random() < 0.5) (running.get(eldest ?? '') as ReturnType<typeof candidate>).process.isHalted = true;
      else await running.get(eldest ?? '')?.close();
      if (running.size >= 3) running.delete(eldest ?? '');
      await pass(Math.floor(random() * 8) * 1_000);
    }
    await pass(TAKEOVER_MS);
    expect([seed, leading.size]).toEqual([seed, 1]);
    expect([seed, terms]).toEqual([seed, [...terms].sort((a, b) => a - b)]);
    expect(new Set(terms).size).toBe(terms.length);
  }
});
