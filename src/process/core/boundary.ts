/** Boundary events: armed while their activity waits, and what happens when one of them happens. */
import { correlationKey } from './correlation.ts';
import { nodeOf } from './definition.ts';
import { appear, emit, kill, type Run } from './run.ts';
import type { Armed, Problem, Token } from './state.ts';
import { startTimer } from './work.ts';

const none: readonly Armed[] = [];

/** Arms all boundary events of the token's activity, or none when a correlation key is wrong. */
export function arm(run: Run, token: Token): readonly Armed[] | Problem {
  const { boundary } = nodeOf(run.definition, token.node);
  if (boundary.length === 0) return none;
  const keys: string[] = [];
  for (const { message, correlationKey: expression } of boundary) {
    const key = message === undefined ? '' : correlationKey(run, token, expression);
    if (typeof key !== 'string') return key;
    keys.push(key);
  }
  return boundary.map(({ node, timerMs, message: name = '' }, place): Armed => {
    if (timerMs !== undefined) return { node, for: 'timer', job: startTimer(run, token, timerMs) };
    const key = keys[place] ?? '';
    run.actions.push({ type: 'subscribe', token: token.id, name, key });
    return { node, for: 'message', name, key };
  });
}

/**
 * A boundary event has happened: its path begins. An interrupting one ends the activity and all that is inside; of the
 * others a timer rings once, while a message may come again as long as the activity lasts.
 */
export function trigger(run: Run, token: Token, armed: Armed): void {
  const boundary = nodeOf(run.definition, token.node).boundary.find(({ node }) => node === armed.node);
  if (boundary?.interrupting === true) {
    kill(run, token, armed.for === 'timer' ? armed.job : undefined);
  } else if (armed.for === 'timer') {
    const rest = token.armed?.filter((other) => other !== armed) ?? none;
    emit(run, { type: 'waiting', token: token.id, wait: token.wait, ...(rest.length > 0 && { armed: rest }) });
  }
  appear(run, { at: armed.node, scope: token.scope });
}
