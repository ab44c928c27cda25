/** Instances that lived at random in the core alone, run again: by the same definition, and by others. */
import { describe, expect, it } from 'vitest';
import type { InstanceId } from '../../kernel/ids.ts';
import { type Random, seededRandom } from '../../kernel/random.ts';
import { TIMER_KIND } from '../core/action.ts';
import { advance } from '../core/advance.ts';
import type { Command } from '../core/command.ts';
import { compileDefinition } from '../core/compile.ts';
import type { Definition } from '../core/definition.ts';
import type { ProcessState } from '../core/state.ts';
import { type Entry, type Past, pastOf } from './past.ts';
import { type Answers, type Rerun, rerun } from './rerun.ts';

const START = Date.UTC(2026, 0, 5, 8);
const MINUTE = 60_000;

/** Work that is done several times, that fails and is tried again, a race of events, a signal, a firing, a formula. */
const nodes = (change: Record<string, object> = {}) =>
  [
    { id: 'begin', type: 'start', next: 'fork' },
    { id: 'fork', type: 'parallelGateway', next: ['check', 'race', 'hot'] },
    {
      ...{ id: 'check', type: 'userTask', role: 'operator', outcomes: ['good', 'bad'], next: 'weigh' },
      multiInstance: {
        cardinality: '3',
        completionCondition: 'outcome = "bad"',
        output: { collection: 'findings', element: '{found: outcome, depth: depth}' },
      },
    },
    {
      ...{ id: 'weigh', type: 'job', kind: 'weigh', output: { kilograms: 'grams / 1000' }, next: 'rate' },
      boundary: [{ id: 'broken', error: 'scale', next: 'rate' }],
    },
    {
      id: 'rate',
      type: 'scriptTask',
      script: 'if kilograms = null then 0 else kilograms * factor',
      result: 'rate',
      next: 'way',
    },
    {
      ...{ id: 'way', type: 'exclusiveGateway' },
      next: [
        { to: 'join', when: 'rate > 2' },
        { to: 'again', default: true },
      ],
    },
    {
      ...{ id: 'again', type: 'userTask', role: 'engineer', next: 'join' },
      boundary: [
        { id: 'nudge', timer: { every: 'R3/PT10M' }, interrupting: false, next: 'nudged' },
        { id: 'stop', signal: 'shift.over', next: 'join' },
      ],
    },
    { id: 'nudged', type: 'end' },
    { id: 'race', type: 'eventGateway', next: ['released', 'late'] },
    { id: 'released', type: 'catch', message: 'part.released', next: 'join' },
    { id: 'late', type: 'catch', timer: '1h', next: 'join' },
    { id: 'hot', type: 'criterion', criterion: 'A', within: '2h', next: 'join' },
    { id: 'join', type: 'inclusiveGateway', next: 'over' },
    { id: 'over', type: 'end' },
  ].map((node) => ({ ...node, ...change[node.id] }));

const definitionOf = (change?: Record<string, object>): Definition =>
  compileDefinition({ key: 'all', nodes: nodes(change) }, 1);
const SAME = definitionOf();

/** As the engine tells it in the history. */
function told(command: Command): Record<string, unknown> {
  if (command.type === 'start') return { type: 'start' };
  if (command.type !== 'settle') return { ...command };
  const { type, job, kind, result } = command;
  if (result.kind === 'failed') return { type, job, kind, error: result.message };
  return result.kind === 'error'
    ? { type, job, kind, code: result.code }
    : { type, job, kind, outcome: result.outcome };
}

class Life {
  readonly entries: Entry[] = [];
  readonly #timers = new Map<number, number>();
  readonly #definition: Definition;
  #lastId = 0;
  state: ProcessState | undefined;
  now = START;

  constructor(definition: Definition, variables: Record<string, unknown>) {
    this.#definition = definition;
    this.take({ type: 'start', businessKey: 'press-1', variables });
  }

  take(command: Command): void {
    const moment = { command, now: this.now, nextId: () => ++this.#lastId };
    const { state, effects, actions } = advance(this.#definition, this.state, moment);
    this.state = JSON.parse(JSON.stringify(state));
    this.entries.push({
      ...{ seq: state.seq, at: this.now, actor: 'ana', command: told(command) },
      effects: JSON.parse(JSON.stringify(effects)),
    });
    if (command.type === 'settle') this.#timers.delete(command.job);
    for (const action of actions) {
      if (action.type === 'createJob' && action.kind === TIMER_KIND) this.#timers.set(action.job, action.dueAt ?? 0);
      if (action.type === 'withdrawJob') this.#timers.delete(action.job);
    }
  }

  /** Time passes; timers ring, each a little late. */
  pass(ms: number, random: Random): void {
    const end = this.now + ms;
    for (;;) {
      const [first] = [...this.#timers].sort(([, one], [, other]) => one - other);
      if (first === undefined || first[1] > end || this.state?.status !== 'active') break;
      this.now = Math.max(this.now, first[1] + Math.floor(random() * 3));
      const result = { kind: 'done', outcome: 'done' } as const;
      this.take({ type: 'settle', job: first[0] as never, kind: TIMER_KIND, result });
    }
    this.now = Math.max(this.now, end);
  }

  get past(): Past {
    const past = pastOf(this.entries, { instance: 7 as InstanceId, definition: this.#definition });
    if (typeof past === 'string') throw new Error(past);
    return past;
  }
}

function step(life: Life, random: Random): void {
  const { tokens = [] } = life.state ?? {};
  const { id, node = '', wait } = tokens[Math.floor(random() * tokens.length)] ?? {};
  const settle = (result: Extract<Command, { type: 'settle' }>['result']): void => {
    if (wait !== undefined && 'job' in wait)
      life.take({ type: 'settle', job: wait.job, kind: node, result, by: ['ana'] });
  };
  const what = random();
  const done = (outcome: string, variables = {}) => settle({ kind: 'done', outcome, variables });
  if (what < 0.003) return life.take({ type: 'cancel' });
  if (what < 0.05) return life.take({ type: 'variables', set: { factor: Math.ceil(random() * 5) } });
  if (what < 0.1) {
    const firing = { id: String(what), criterion: 'A', device: 'press-1', at: life.now };
    return life.take({ type: 'firing', firing });
  }
  if (node === 'check') return done(random() < 0.7 ? 'good' : 'bad', { depth: random() });
  if (node === 'weigh' && wait?.for === 'job') {
    if (what < 0.3) return settle({ kind: 'failed', message: 'no scale' });
    if (what < 0.4) return settle({ kind: 'error', code: 'scale', variables: { kilograms: null } });
    return done('done', { grams: what < 0.6 ? 'many' : Math.floor(random() * 3_000) });
  }
  if (wait?.for === 'help' && id !== undefined) {
    if (what < 0.6) return life.take({ type: 'retry', token: id, variables: { grams: 500, kilograms: 1 } });
    if (node === 'weigh') return life.take({ type: 'resolve', token: id, outcome: 'done', variables: { grams: 2 } });
  }
  if (node === 'again' && wait?.for === 'task')
    return what < 0.3 ? life.take({ type: 'signal', name: 'shift.over', variables: { over: true } }) : done('done');
  if (node === 'race' && what < 0.6)
    life.take({ type: 'message', name: 'part.released', key: 'press-1', variables: { part: what } });
}

function lived(seed: number, definition = SAME): Life {
  const random = seededRandom(seed);
  const life = new Life(definition, { factor: Math.ceil(random() * 3) });
  for (let steps = 0; life.state?.status === 'active'; steps++) {
    if (steps > 2_000) throw new Error('it does not end');
    life.pass(random() < 0.3 ? 0 : Math.floor(random() * 20 * MINUTE), random);
    if (life.state.status === 'active') step(life, random);
  }
  return life;
}

const again = (past: Past, definition: Definition, { seed = 1, answers = {} as Answers } = {}): Rerun =>
  rerun(past, { definition, answers, typicalMs: () => MINUTE, random: seededRandom(seed), timeZone: 'UTC' });

describe('an instance that is run again', () => {
  it('by its own definition takes its own way, in its own time, whatever happened to it', () => {
    const passed = new Set<string>();
    for (let seed = 1; seed <= 300; seed++) {
      const { past, entries } = lived(seed);
      const { path, status, lastedMs, guessed } = again(past, SAME);
      expect({ seed, path, status, lastedMs, guessed }).toEqual({
        ...{ seed, path: past.path, status: past.status, lastedMs: past.endedAt - past.startedAt },
        guessed: [],
      });
      for (const { command } of entries) passed.add(String(command.type));
      for (const { node, outcome = 'end' } of past.path) passed.add(`${node} ${outcome}`);
    }
    for (const seen of ['retry', 'resolve', 'signal', 'firing', 'variables', 'message', 'cancel', 'late done'])
      expect(passed).toContain(seen);
    for (const seen of ['hot fired', 'hot expired', 'released done', 'nudged end']) expect(passed).toContain(seen);
  });

  it('rings a timer that is set otherwise at its new time', () => {
    const life = new Life(SAME, { factor: 3 });
    for (const node of ['check', 'check', 'check']) {
      const token = life.state?.tokens.find((each) => each.node === node && each.wait.for === 'task');
      const job = token?.wait.for === 'task' ? token.wait.job : (0 as never);
      life.take({ type: 'settle', job, kind: node, result: { kind: 'done', outcome: 'good' } });
    }
    life.pass(70 * MINUTE, () => 0);
    life.take({ type: 'cancel' });
    const passedLate = (definition: Definition) =>
      again(life.past, definition).path.some(({ node }) => node === 'late');
    expect(passedLate(SAME)).toBe(true);
    expect(passedLate(definitionOf({ late: { timer: '65m' } }))).toBe(true);
    expect(passedLate(definitionOf({ late: { timer: '71m' } }))).toBe(false);
  });

  it('is stuck at an expression that cannot be computed, and says where and why', () => {
    const past = [...Array(30).keys()].map((seed) => lived(seed + 1).past).find(({ status }) => status === 'completed');
    const broken = definitionOf({ released: { correlationKey: 'order.number' } });
    const found = again(past as Past, broken);
    expect(found.status).toBe('stuck');
    expect(found.troubles).toMatchObject([{ node: 'race', code: 'process.condition-failed' }]);
    expect(found.troubles[0]?.message).toContain('order.number');
  });

  it('is looped where it goes round without an end', () => {
    const past = [...Array(30).keys()].map((seed) => lived(seed + 1).past).find(({ status }) => status === 'completed');
    const to = (node: string) => ({
      next: [
        { to: node, when: 'rate >= 0' },
        { to: 'join', when: 'rate > 2' },
        { to: 'again', default: true },
      ],
    });
    // With a wait on its way, and without.
    expect(again(past as Past, definitionOf({ way: to('weigh') })).status).toBe('looped');
    expect(again(past as Past, definitionOf({ way: to('rate') })).status).toBe('looped');
  });

  it('guesses at a step that the past does not know: the declared shares, else the first outcome; the same for the same seed', () => {
    const pasts = [...Array(60).keys()]
      .map((seed) => lived(seed + 1).past)
      .filter(({ status }) => status === 'completed');
    const asking = definitionOf({
      over: { type: 'userTask', role: 'operator', outcomes: ['yes', 'no'] },
    });
    const outcomes = (answers: Answers, seed: number) =>
      pasts.map((past, place) => again(past, asking, { answers, seed: seed + place }).path.at(-1));
    expect(new Set(outcomes({}, 1).map((each) => each?.outcome))).toEqual(new Set(['yes']));
    const drawn = outcomes({ over: { yes: 1, no: 1 } }, 1);
    expect(new Set(drawn.map((each) => each?.outcome))).toEqual(new Set(['yes', 'no']));
    expect(outcomes({ over: { yes: 1, no: 1 } }, 1)).toEqual(drawn);
    expect(again(pasts[0] as Past, asking).guessed).toEqual(['over']);
  });
});

describe('the past of an instance', () => {
  it('is unusable when people changed its course, or its beginning is forgotten', () => {
    const { entries } = lived(1);
    const of = (list: readonly Entry[]) => pastOf(list, { instance: 7 as InstanceId, definition: SAME });
    expect(of(entries.slice(1))).toBe('no-history');
    expect(of(entries.slice(0, -1))).toBe('no-history');
    const moved = entries.map((entry, place) => (place === 1 ? { ...entry, command: { type: 'move' } } : entry));
    expect(of(moved)).toBe('changed-course');
  });
});
