/** What can happen next to a process: each move does the same to the engine's core and to the reference. */
import type { JobId } from '../../src/kernel/ids.ts';
import type { Result } from '../../src/process/core/brought.ts';
import type { ProcessState, Token, Variables } from '../../src/process/core/state.ts';
import type { NodeJson } from './block-nodes.ts';
import { CODES, CRITERIA, FLAG_MESSAGE, SIGNALS } from './blocks.ts';
import type { Reference, Truth } from './reference.ts';
import { type Armed, type Choice, Guard, type Path, type Waiting } from './reference-scope.ts';
import type { World } from './world.ts';

export type Move = {
  /** For people who read a failure. */
  readonly name: string;
  readonly toWorld: (world: World) => void;
  readonly toReference: () => void;
};

/** The outcomes of every node, and the flags that conditions read. */
export type Legend = {
  readonly outcomes: ReadonlyMap<string, readonly string[]>;
  readonly flags: readonly string[];
  /** Some error is caught. */
  readonly catches: boolean;
};

export function legendOf(nodes: readonly NodeJson[]): Legend {
  const outcomes = new Map<string, readonly string[]>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const { id, type, next, nodes: inner, boundary } = value as Record<string, unknown>;
    if (typeof id === 'string' && type !== undefined) {
      const isByOutcome = typeof next === 'object' && next !== null && !Array.isArray(next);
      outcomes.set(id, isByOutcome ? Object.keys(next) : ['done']);
    }
    visit(inner);
    visit(boundary);
  };
  visit(nodes);
  const text = JSON.stringify(nodes);
  return { outcomes, flags: [...new Set(text.match(/\bc_n\d+\b/g))], catches: text.includes('"error"') };
}

const KEY = 'press-7';
const done = (outcome = 'done', more: Partial<Extract<Result, { kind: 'done' }>> = {}): Result => ({
  kind: 'done',
  outcome,
  ...more,
});
const settle = (world: World, job: JobId, result: Result) =>
  void world.take({ type: 'settle', job, kind: 'any', result });
const message = (world: World, name: string, variables: Variables = {}) =>
  void world.take({ type: 'message', name, key: KEY, variables });
const signal = (world: World, name: string, variables: Variables = {}) =>
  void world.take({ type: 'signal', name, variables });

export function movesOf(reference: Reference, legend: Legend, variables: Truth): Move[] {
  return [
    ...reference.waiting.flatMap((waiting) => movesOfWaiting(reference, waiting, { legend, variables })),
    ...reference.armed.map((armed) => moveOfEvent(reference, armed, variables)),
    ...reference.choices.flatMap((choice) => movesOfChoice(reference, choice, variables)),
    ...broadcasts(reference, legend),
  ];
}

/** What reaches several places at once. */
function broadcasts(reference: Reference, { flags }: Legend): Move[] {
  const waitingFor = (suits: (waiting: Waiting) => boolean) =>
    reference.waiting.filter((waiting) => !waiting.isStuck && suits(waiting));
  const moves = CRITERIA.flatMap((name, place): Move[] => {
    const reached = waitingFor(({ leaf }) => leaf.kind === 'criterion' && leaf.criterion === name);
    // One that nobody waits for is evidence and no more; it need not be seen often.
    if (reached.length === 0 && (place > 0 || reference.waiting.length % 3 > 0)) return [];
    return [
      {
        name: `fire ${name}`,
        toWorld: (world) => void world.fire(name),
        toReference: () => {
          for (const waiting of reached) waiting.outcome = 'fired';
        },
      },
    ];
  });
  for (const name of SIGNALS) {
    const reached = waitingFor(({ leaf }) => leaf.kind === 'signal' && leaf.signal === name);
    if (reached.length === 0) continue;
    moves.push({
      name: `signal ${name}`,
      toWorld: (world) => signal(world, name),
      toReference: () => {
        for (const waiting of reached) waiting.outcome = 'done';
      },
    });
  }
  if (reference.isInterrupted) return moves;
  for (const flag of flags) {
    const value = reference.truth[flag] !== true;
    moves.push({
      name: `${flag} = ${value}`,
      toWorld: (world) => message(world, FLAG_MESSAGE, { [flag]: value }),
      toReference: () => reference.set({ [flag]: value }),
    });
  }
  return moves;
}

type Given = { readonly legend: Legend; readonly variables: Truth };

function movesOfWaiting(reference: Reference, waiting: Waiting, given: Given): Move[] {
  const { leaf, isStuck, path } = waiting;
  const { id, kind } = leaf;
  const token = (world: World) => tokenAt(world.state, id, { path, isStuck });
  if (isStuck) {
    // It will be as stuck as before; that need not be seen often.
    if (kind === 'throw' && reference.waiting.length % 4 !== 1) return [];
    return [
      {
        name: `retry ${id}`,
        toWorld: (world) => void world.take({ type: 'retry', token: token(world).id }),
        toReference: () => reference.retry(waiting),
      },
    ];
  }
  switch (kind) {
    case 'task':
    case 'job':
      return workMoves(reference, waiting, { ...given, job: (world) => jobOf(token(world)) });
    case 'timer':
      return [end(waiting, { name: `ring ${id}`, toWorld: (world) => settle(world, jobOf(token(world)), done()) })];
    case 'criterion':
      if (!leaf.within) return [];
      return [end(waiting, { name: `expire ${id}`, toWorld: (world) => settle(world, jobOf(token(world)), done()) })];
    case 'message':
    case 'receive': {
      const { variables } = given;
      const move = end(waiting, { name: `message ${id}`, toWorld: (world) => message(world, id, variables) });
      return [{ ...move, toReference: () => [move.toReference(), reference.set(variables)] }];
    }
    default:
      return [];
  }
}

const end = (
  waiting: Waiting,
  { outcome = 'done', ...rest }: Pick<Move, 'name' | 'toWorld'> & { readonly outcome?: string },
): Move => ({
  ...rest,
  toReference: () => {
    waiting.outcome = outcome;
  },
});

type Work = Given & { readonly job: (world: World) => JobId };

function workMoves(reference: Reference, waiting: Waiting, { legend, variables, job }: Work): Move[] {
  const { leaf, mapped } = waiting;
  const { id } = leaf;
  if (mapped !== undefined) {
    const brought = { [mapped]: variables[mapped] === true };
    const toWorld = (world: World) => settle(world, job(world), done('done', { variables: brought }));
    return [end(waiting, { name: `finish ${id} with ${brought[mapped]}`, toWorld, outcome: `${brought[mapped]}` })];
  }
  const moves = (legend.outcomes.get(id) ?? ['done']).map((outcome): Move => {
    const result = done(outcome, { variables, comment: 'because' });
    return {
      name: `finish ${id} with ${outcome}`,
      toWorld: (world) => settle(world, job(world), result),
      toReference: () => {
        waiting.outcome = outcome;
        if (waiting.isGathered) waiting.brought = variables;
        else reference.set(variables);
      },
    };
  });
  // What is thrown is what is looked for.
  moves.push(...moves.filter(({ name }) => name.endsWith(' throw')).flatMap((move) => [move, move]));
  if (leaf.kind !== 'job') return moves;
  moves.push(...moves);
  moves.push({
    name: `fail ${id}`,
    toWorld: (world) => settle(world, job(world), { kind: 'failed', message: 'out of paper' }),
    toReference: () => {
      waiting.isStuck = true;
    },
  });
  for (const code of legend.catches ? CODES : []) {
    moves.push({
      name: `${id} throws ${code}`,
      toWorld: (world) => settle(world, job(world), { kind: 'error', code, message: 'too hot' }),
      toReference: () => reference.fail(waiting, code),
    });
  }
  return moves;
}

function moveOfEvent(reference: Reference, { event, owner, path, trigger }: Armed, variables: Truth): Move {
  const { id, by } = event;
  const name = `${by} ${id}`;
  if (by === 'message')
    return {
      name,
      toWorld: (world) => message(world, id, variables),
      toReference: () => [reference.set(variables), trigger()],
    };
  if (by === 'signal') return { name, toWorld: (world) => signal(world, id), toReference: trigger };
  const isScope = !(owner instanceof Guard);
  return {
    name,
    toWorld: (world) => settle(world, timerOf(world.state, id, { path, isScope }), done()),
    toReference: trigger,
  };
}

function movesOfChoice(reference: Reference, { ways, path, choose }: Choice, variables: Truth): Move[] {
  return ways.flatMap((way): Move[] => {
    const { id, by } = way;
    const name = `${by} ${id}`;
    const toReference = () => choose(way);
    if (by === 'condition') return [];
    if (by === 'signal') return [{ name, toWorld: (world) => signal(world, id), toReference }];
    if (by === 'timer')
      return [
        {
          name,
          toWorld: (world) => settle(world, timerOf(world.state, id, { path, isScope: false }), done()),
          toReference,
        },
      ];
    return [
      {
        name,
        toWorld: (world) => message(world, id, variables),
        toReference: () => [reference.set(variables), toReference()],
      },
    ];
  });
}

type Where = { readonly path: Path };

/** The token at this node, in this iteration of what is done several times around it. */
function tokenAt(state: ProcessState, node: string, { path, isStuck }: Where & { readonly isStuck: boolean }): Token {
  const suits = ({ wait }: Token) => (isStuck ? wait.for === 'help' : wait.for !== 'help' && wait.for !== 'join');
  const found = state.tokens.find((token) => {
    if (token.node !== node || token.wait.for === 'scope' || !suits(token)) return false;
    return isSame(pathOf(state, token), path);
  });
  if (found === undefined) throw new Error(`no token at ${node} ${JSON.stringify(path)}`);
  return found;
}

function jobOf({ node, wait }: Token): JobId {
  if ('job' in wait) return wait.job;
  if (wait.for === 'criterion' && wait.expiry !== undefined) return wait.expiry;
  throw new Error(`${node} waits for no job`);
}

/** The timer of a boundary event, of an event sub-process, or behind an event gateway. */
function timerOf(state: ProcessState, event: string, { path }: Where & { readonly isScope: boolean }): JobId {
  const owners = [
    ...state.tokens.map((token) => ({ armed: token.armed ?? [], path: pathOf(state, token) })),
    ...state.scopes.map((scope) => ({
      armed: scope.armed ?? [],
      path: pathOf(
        state,
        state.tokens.find(({ id }) => id === scope.host),
      ),
    })),
  ];
  for (const { armed, path: own } of owners) {
    for (const entry of armed) if (entry.node === event && entry.for === 'timer' && isSame(own, path)) return entry.job;
  }
  // Where an event sub-process is known by its start event.
  for (const { armed, path: own } of owners) {
    for (const entry of armed)
      if (entry.node === `${event}.start` && entry.for === 'timer' && isSame(own, path)) return entry.job;
  }
  throw new Error(`the timer of ${event} is not running in ${JSON.stringify(path)}`);
}

/** The iterations around a token, and the one it is itself. */
function pathOf(state: ProcessState, token: Token | undefined): number[] {
  if (token === undefined) return [];
  const scope = state.scopes.find(({ id }) => id === token.scope);
  const around = pathOf(
    state,
    state.tokens.find(({ id }) => id === scope?.host),
  );
  const { loopCounter } = token.locals ?? {};
  // An iteration is a token of the scope that gathers them, at the same node.
  return typeof loopCounter === 'number' && scope?.iteration?.total !== undefined ? [...around, loopCounter] : around;
}

const isSame = (own: readonly number[], path: Path) =>
  own.length === path.length && path.every(({ counter }, place) => own[place] === counter);
