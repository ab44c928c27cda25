/** Ways on from a node: BPMN's sequence flows, and the association from a compensation event to what undoes. */
import type { NextSource } from '../core/source.ts';
import { isId } from './fields.ts';

/** A way on in its longest form. */
export type Flow = Exclude<Extract<NextSource, readonly unknown[]>[number], string>;

/** The ways on of a node in their longest form; those that are objects already stay the same objects. */
export function flowsOf(next: NextSource | undefined): Flow[] {
  if (next === undefined) return [];
  if (typeof next === 'string') return [{ to: next }];
  if (Array.isArray(next)) return next.map((one) => (typeof one === 'string' ? { to: one } : one));
  return Object.entries(next).map(([outcome, to]) => ({ to, outcome }));
}

/** The shortest form that says the same. */
export function shortest(flows: readonly Flow[]): NextSource | undefined {
  const [first] = flows;
  if (first === undefined) return undefined;
  const onlyOutcomes = flows.every((flow) => isExactly(flow, ['to', 'outcome']) && isId(flow.outcome));
  if (onlyOutcomes && new Set(flows.map(({ outcome }) => outcome)).size === flows.length) {
    return Object.fromEntries(flows.map(({ outcome, to }) => [outcome, to]));
  }
  const short = flows.map((flow) => (isExactly(flow, ['to']) ? flow.to : flow));
  return short.length === 1 && typeof short[0] === 'string' ? short[0] : short;
}

function isExactly(flow: Flow, keys: readonly string[]): boolean {
  const present = Object.keys(flow);
  return present.length === keys.length && keys.every((key) => present.includes(key));
}

/** The ids of flows that name none: from where to where, and which one of several between the same two. */
export class FlowIds {
  readonly #counts = new Map<string, number>();

  next(from: string, to: string): string {
    const plain = `Flow_${from}_${to}`;
    const count = (this.#counts.get(plain) ?? 0) + 1;
    this.#counts.set(plain, count);
    return count === 1 ? plain : `${plain}_${count}`;
  }
}
