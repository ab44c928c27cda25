/** Where a step leads: one place, a place for each outcome, or flows with conditions; and what a step can end with. */
import type { Module } from '../api/definitions.ts';
import { isRecord } from '../api/http.ts';
import { type Fields, type Step, withFields } from './draft.ts';

/** Types whose flows carry conditions, or are taken all at once. */
export const BRANCHES = ['exclusiveGateway', 'inclusiveGateway', 'complexGateway'];
export const SPLITS = ['parallelGateway', 'eventGateway'];

export type Flow = Fields & { readonly to: string };

export function outcomesOf(step: Step, module?: Pick<Module, 'outcomes' | 'outcomesFrom'>): readonly string[] {
  if (step.multiInstance !== undefined) return ['done'];
  switch (step.type) {
    case 'criterion':
      return step.within === undefined ? ['fired'] : ['fired', 'expired'];
    case 'businessRuleTask':
      return Array.isArray(step.rules) ? ofRules(step.rules) : named(step);
    case 'userTask':
    case 'job':
      return named(step);
    case 'scriptTask':
    case 'sendTask':
      return step.kind === undefined ? ['done'] : named(step);
    case 'module':
      return ofModule(step, module);
    default:
      return ['done'];
  }
}

/** As it lists them; else as its ways name them. */
function named({ outcomes, next }: Step): readonly string[] {
  if (Array.isArray(outcomes) && outcomes.length > 0) return outcomes.map(String);
  return isRecord(next) ? Object.keys(next) : ['done'];
}

const ofRules = (rules: readonly unknown[]): readonly string[] => [
  ...new Set(rules.filter(isRecord).map(({ outcome }) => (typeof outcome === 'string' ? outcome : 'done'))),
];

function ofModule({ config }: Step, module: Pick<Module, 'outcomes' | 'outcomesFrom'> | undefined): readonly string[] {
  const { outcomes = ['done'], outcomesFrom = null } = module ?? {};
  const given = outcomesFrom !== null && isRecord(config) ? config[outcomesFrom] : undefined;
  const more = Array.isArray(given) ? given : isRecord(given) ? Object.values(given) : [];
  return [...new Set([...outcomes, ...more.filter((word) => typeof word === 'string')])];
}

/** The place for an outcome; undefined: the path ends. */
export function wayOf({ next }: Step, outcome: string): string | undefined {
  if (typeof next === 'string') return next;
  const to = isRecord(next) && Object.hasOwn(next, outcome) ? next[outcome] : undefined;
  return typeof to === 'string' ? to : undefined;
}

type Way = { readonly outcomes: readonly string[]; readonly outcome: string; readonly to: string | undefined };

export function withWay(step: Step, { outcomes, outcome, to }: Way): Step {
  if (outcomes.length <= 1) return withFields(step, { next: to });
  const ways = outcomes.map((each) => [each, each === outcome ? to : wayOf(step, each)] as const);
  const known = ways.filter(([, place]) => place !== undefined);
  return withFields(step, { next: known.length === 0 ? undefined : Object.fromEntries(known) });
}

/** After its outcomes have changed: a way for each that is left, and for a new one the way that all took. */
export function withOutcomes(step: Step, outcomes: readonly string[]): Step {
  if (Array.isArray(step.next) || step.next === undefined) return step;
  if (typeof step.next === 'string') return step;
  const [first] = Object.values(step.next as Fields);
  const ways = outcomes.flatMap((outcome) => {
    const to = wayOf(step, outcome) ?? (outcomes.length === 1 ? first : undefined);
    return to === undefined ? [] : [[outcome, to] as const];
  });
  if (outcomes.length === 1) return withFields(step, { next: ways[0]?.[1] });
  return withFields(step, { next: ways.length === 0 ? undefined : Object.fromEntries(ways) });
}

/** Whether its ways are flows one by one rather than a place for each outcome. */
export const hasFlows = ({ type, next }: Step): boolean =>
  BRANCHES.includes(type) || SPLITS.includes(type) || Array.isArray(next);

export function flowsOf({ next }: Step): readonly Flow[] {
  if (typeof next === 'string') return [{ to: next }];
  if (Array.isArray(next))
    return next.flatMap((flow): readonly Flow[] => {
      if (typeof flow === 'string') return [{ to: flow }];
      return isRecord(flow) && typeof flow.to === 'string' ? [flow as Flow] : [];
    });
  if (!isRecord(next)) return [];
  return Object.entries(next).map(([outcome, to]) => ({ to: String(to), outcome }));
}

/** Written as short as the language allows. */
export function withFlows(step: Step, flows: readonly Flow[]): Step {
  const short = flows.map((flow) => (Object.keys(flow).length === 1 ? flow.to : flow));
  return withFields(step, { next: short.length === 0 ? undefined : short });
}
