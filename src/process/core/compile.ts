/** A definition as people write it → the graph that `advance` walks, or an error that names everything wrong with it. */
import { parseDuration } from '../../kernel/duration.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { insideOf } from './behaviours.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import type { Definition, Node, Searchable, StartPoint, StartRule, Trigger } from './definition.ts';
import type { Faces } from './faces.ts';
import { graphOf } from './graph.ts';
import { type Outline, outlineOf, startsOf } from './outline.ts';
import { parseSource } from './parse.ts';
import type { Breach } from './rule.ts';
import type { DefinitionSource } from './source.ts';
import { triggerOf } from './triggers.ts';
import { validate } from './validate.ts';

/** Breaches that one error carries at most; its count tells of the others. */
export const MAX_BREACHES = 1_000;
const BREACHES_IN_SUMMARY = 3;

/** What is read from the store was checked when it was deployed – by the rules of that release, which it may rely on. */
export const compileDeployed = (source: unknown, version: number, faces: Faces = {}): Definition =>
  build(source, { version, isChecked: true, faces });

/**
 * Throws `process.invalid-definition` with every breach of a rule as `errors`: {rule, element, message}. Without its face
 * a module or decision is taken as it is written.
 */
export const compileDefinition = (source: unknown, version: number, faces: Faces = {}): Definition =>
  build(source, { version, isChecked: false, faces });

type BuildOptions = {
  readonly version: number;
  readonly isChecked: boolean;
  readonly faces: Faces;
};

function build(source: unknown, { version, isChecked, faces }: BuildOptions) {
  const parsed = parseSource(source);
  if (!('key' in parsed)) throw invalid(parsed);
  const outline = outlineOf(parsed, faces);
  const conditions = conditionsOf(outline);
  const breaches = isChecked ? [] : validate(outline, conditions);
  if (breaches.length > 0) throw invalid(breaches);
  const { key, name = key, start, startMessage } = parsed;
  const [top] = outline.scopes;
  const inside = top === undefined ? { handlers: [], data: [] } : insideOf(top, { outline, conditions });
  const nodes = graphOf(outline, conditions);
  const searchable = searchableOf(outline);
  const witnessed = new Set(
    [...nodes.values()].flatMap(({ behaviour }) => ('notBy' in behaviour && behaviour.notBy) || []),
  );
  const definition: Definition = {
    key,
    version,
    name,
    startPoints: startPointsOf(outline, conditions),
    handlers: inside.handlers,
    data: inside.data,
    nodes,
    watchesVariables:
      [...nodes.values()].some(isConditional) || inside.handlers.some(({ trigger }) => watches(trigger)),
    ...(searchable.length > 0 && { searchable }),
    ...(witnessed.size > 0 && { witnessed }),
    ...(start !== undefined && { start: startRuleOf(start) }),
    ...(startMessage !== undefined && { startMessage }),
  };
  return definition;
}

/** Where an instance can begin; behind an instantiating gateway each of its events is such a place. */
function startPointsOf(outline: Outline, conditions: Conditions): readonly StartPoint[] {
  const [top] = outline.scopes;
  const starts = top === undefined ? [] : startsOf(top, outline);
  return starts.flatMap(({ id, source, flows }): StartPoint[] => {
    if (source.type === 'eventGateway' && source.instantiate !== undefined) {
      const events = flows.map(({ to }) => to);
      const isParallel = source.instantiate === 'parallel';
      return events.flatMap((node) => {
        const event = outline.byId.get(node)?.source;
        const trigger =
          event?.type === 'catch' || event?.type === 'receiveTask' ? triggerOf(event, conditions) : undefined;
        return trigger === undefined
          ? []
          : [{ node, trigger, besides: isParallel ? events.filter((other) => other !== node) : [] }];
      });
    }
    const begins = source.type === 'start' || (source.type === 'receiveTask' && source.instantiate === true);
    const trigger = begins ? triggerOf(source, conditions) : undefined;
    return [trigger === undefined ? { node: id, besides: [] } : { node: id, trigger, besides: [] }];
  });
}

/** Of one name once, wherever it is declared. */
function searchableOf({ scopes }: Outline): readonly Searchable[] {
  const declared = scopes.flatMap(({ data }) => data);
  const types = new Map(declared.flatMap(({ name, searchable: type }) => (type === undefined ? [] : [[name, type]])));
  return [...types].map(([name, type]) => ({ name, type }));
}

function isConditional({ behaviour, boundary }: Node): boolean {
  if (boundary.some(({ trigger }) => watches(trigger))) return true;
  if (behaviour.type === 'catch') return watches(behaviour.trigger);
  if (behaviour.type === 'eventGateway') return behaviour.events.some(({ trigger }) => watches(trigger));
  return 'handlers' in behaviour && behaviour.handlers.some(({ trigger }) => watches(trigger));
}

const watches = (trigger: Trigger): boolean =>
  trigger.on === 'condition' || (trigger.on === 'several' && trigger.triggers.some(watches));

function startRuleOf({ criteria, mode, within }: NonNullable<DefinitionSource['start']>): StartRule {
  const count = { any: 1, all: criteria.length };
  return { criteria, count: typeof mode === 'number' ? mode : count[mode], withinMs: parseDuration(within) };
}

/** The error that names every breach. */
export function invalid(breaches: readonly Breach[]): MillraceError {
  const count = breaches.length;
  const first = breaches.slice(0, BREACHES_IN_SUMMARY).map(({ element, message }) => `${element}: ${message}`);
  const summary = [...first, ...(count > first.length ? [`… and ${count - first.length} more.`] : [])].join(' ');
  return new MillraceError('process.invalid-definition', { count, summary, errors: breaches.slice(0, MAX_BREACHES) });
}
