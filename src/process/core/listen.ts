/** Events begin to listen: a message is subscribed to, a timer set. What cannot begin says why, and then none has begun. */
import { signalMessage } from './action.ts';
import type { Condition, Listener, Timer, Trigger } from './definition.ts';
import { evaluate, failed, textFrom } from './evaluate.ts';
import type { Run } from './run.ts';
import type { Armed, Listening, Problem, Variables } from './state.ts';
import { firstRing, nextRing, type Reading, type Ring, readTimer } from './timer.ts';
import { startTimer } from './work.ts';

/** Who listens: a token or a scope, by the number under which it owns jobs and subscriptions, and what it sees. */
export type Owner = { readonly id: number; readonly variables: Variables };

const none: readonly Armed[] = [];

/** Arms all of them that can be armed; errors and the like are found by looking for who catches them. */
export function listen(run: Run, owner: Owner, listeners: readonly Listener[]): readonly Armed[] | Problem {
  if (listeners.length === 0) return none;
  const begun: (() => Armed)[] = [];
  for (const { node, trigger } of listeners.flatMap(singles)) {
    const begin = prepare(run, owner, trigger);
    if (begin === undefined) continue;
    if ('code' in begin) return begin;
    begun.push(() => ({ node, ...begin() }));
  }
  return begun.map((begin) => begin());
}

/** One event with one trigger begins to listen. */
export function listenFor(run: Run, owner: Owner, trigger: Trigger): (() => Listening) | Problem {
  return prepare(run, owner, trigger) ?? failed(`Nothing can be waited for by an event of "${trigger.on}".`);
}

const singles = ({ node, trigger }: Listener): Listener[] =>
  trigger.on === 'several' ? trigger.triggers.map((each) => ({ node, trigger: each })) : [{ node, trigger }];

function prepare(run: Run, owner: Owner, trigger: Trigger): (() => Listening) | Problem | undefined {
  switch (trigger.on) {
    case 'message': {
      const { name, correlationKey } = trigger;
      const { value: key, problem } = keyOf(run, owner.variables, correlationKey);
      if (problem !== undefined) return problem;
      return () => {
        run.actions.push({ type: 'subscribe', token: owner.id, name, key });
        return { for: 'message', name, key };
      };
    }
    case 'signal': {
      const { name } = trigger;
      return () => {
        run.actions.push({ type: 'subscribe', token: owner.id, name: signalMessage(name), key: '' });
        return { for: 'signal', name };
      };
    }
    case 'timer': {
      const reading = readingOf(run, trigger.timer, owner.variables);
      if ('code' in reading) return reading;
      const ring = firstRing(reading, run);
      if (ring === undefined) return failed('The repetition of a timer was over before it began.');
      return () => ringing(run, owner.id, ring);
    }
    case 'condition':
      return () => ({ for: 'condition' });
    default:
      return undefined;
  }
}

/** Without an expression the business key correlates. A key that is no text or number would match by accident. */
export function keyOf(run: Run, variables: Variables, expression: Condition | undefined) {
  if (expression === undefined) return { value: run.draft.businessKey ?? '' };
  return textFrom(run, { what: 'The correlation key', expression }, variables);
}

/** The timer that follows one that rang, if it repeats; `trigger` is the event's, with its timer somewhere in it. */
export function ringAgain(
  run: Run,
  owner: Owner,
  { trigger, ring }: { trigger: Trigger; ring: Ring | undefined },
): Listening | undefined {
  if (ring === undefined) return undefined;
  const timer = timerIn(trigger);
  const reading = timer === undefined ? undefined : readingOf(run, timer, owner.variables);
  if (reading === undefined || 'code' in reading) return undefined;
  const following = nextRing(reading, ring, run);
  return following === undefined ? undefined : ringing(run, owner.id, following);
}

function timerIn(trigger: Trigger): Timer | undefined {
  if (trigger.on === 'timer') return trigger.timer;
  return trigger.on === 'several' ? trigger.triggers.map(timerIn).find((timer) => timer !== undefined) : undefined;
}

function ringing(run: Run, owner: number, ring: Ring): Listening {
  const job = startTimer(run, owner, ring.dueAt);
  return ring.left === 0 ? { for: 'timer', job } : { for: 'timer', job, ring };
}

function readingOf(run: Run, timer: Timer, variables: Variables): Reading | Problem {
  if ('reading' in timer) return timer.reading;
  const { value, problem } = evaluate(run, timer.expression, variables);
  if (problem !== undefined) return problem;
  const reading =
    typeof value === 'string' ? readTimer(timer.form, value) : `it is ${JSON.stringify(value)}, and must be a text.`;
  return typeof reading === 'string'
    ? failed(`A timer cannot be set by ${timer.expression.text}: ${reading}`)
    : reading;
}
