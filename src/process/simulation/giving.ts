/** What comes to a point, as the command that brings it: as it came in the past, or guessed. */
import type { Instant } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Result, Returned } from '../core/brought.ts';
import type { Command } from '../core/command.ts';
import { type Definition, nodeOf } from '../core/definition.ts';
import type { Given } from './past.ts';
import type { Point } from './points.ts';

/** What is given to a point whose activity was something else in the past is translated, or left out. */
export function commandOf(point: Point, given: Given): Command | undefined {
  switch (given.what) {
    case 'result':
      return workDone(point, { result: given.result, by: given.by });
    case 'returned':
      return workDone(point, { result: resultOf(given.result), returned: given.result, by: [] });
    case 'message':
      return arrived(point, given.variables);
    case 'retry':
    case 'resolve': {
      const { what, ...how } = given;
      return point.kind === 'help' && point.token !== undefined
        ? { type: what, token: point.token.id, ...how }
        : undefined;
    }
    case 'ring':
      return undefined;
    default:
      return given satisfies never;
  }
}

export type Guessing = {
  readonly definition: Definition;
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly random: Random;
  readonly businessKey: string | null;
  readonly now: Instant;
  readonly id: string;
};

/** The declared outcomes in their shares, else the first; nothing but that it came. Undefined: nothing can be guessed. */
export function guessOf(
  point: Point,
  { definition, answers, random, businessKey, now, id }: Guessing,
): Command | undefined {
  const { node, kind } = point;
  if (kind === 'work') {
    const { outcomes } = nodeOf(definition, node);
    const declared = Object.hasOwn(answers, node) ? answers[node] : undefined;
    const outcome = (declared && drawn(declared, random)) ?? outcomes[0] ?? 'done';
    return workDone(point, { result: { kind: 'done', outcome, variables: {}, comment: 'guessed' }, by: [] });
  }
  if (kind === 'criterion') {
    const { behaviour } = nodeOf(definition, node);
    const criterion = behaviour.type === 'criterion' ? behaviour.criterion : '';
    return { type: 'firing', firing: { id: `guessed-${id}`, criterion, device: businessKey ?? '', at: now } };
  }
  return arrived(point, {});
}

type Work = { readonly result: Result; readonly returned?: Returned; readonly by: readonly string[] };

function workDone({ token, node }: Point, { result, returned, by }: Work): Command | undefined {
  const wait = token?.wait;
  if (wait?.for === 'call') return { type: 'returned', child: wait.instance, result: returned ?? returnedOf(result) };
  if (wait?.for !== 'task' && wait?.for !== 'job') return undefined;
  return { type: 'settle', job: wait.job, kind: node, result, ...(by.length > 0 && { by }) };
}

function arrived({ listening }: Point, variables: Readonly<Record<string, unknown>>): Command | undefined {
  if (listening?.for === 'message') return { type: 'message', name: listening.name, key: listening.key, variables };
  return listening?.for === 'signal' ? { type: 'signal', name: listening.name, variables } : undefined;
}

function resultOf(returned: Returned): Result {
  switch (returned.kind) {
    case 'done':
      return { kind: 'done', outcome: 'done', variables: returned.variables };
    case 'error':
    case 'escalation':
      return { kind: 'error', code: returned.code, variables: returned.variables };
    case 'cancelled':
    case 'failed':
      return { kind: 'failed', message: 'as in the past' };
    default:
      return returned satisfies never;
  }
}

const returnedOf = (result: Result): Returned =>
  result.kind === 'failed' ? result : { ...result, variables: result.variables ?? {} };

/** Shares need not add up to one. */
function drawn(shares: Readonly<Record<string, number>>, random: Random): string | undefined {
  const entries = Object.entries(shares).filter(([, share]) => share > 0);
  let left = random() * entries.reduce((sum, [, share]) => sum + share, 0);
  for (const [outcome, share] of entries) {
    left -= share;
    if (left < 0) return outcome;
  }
  return entries.at(-1)?.[0];
}
