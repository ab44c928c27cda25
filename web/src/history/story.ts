/**
 * A history row as lines that can be told: what was asked for, and what followed that a person cares about. The moves of
 * tokens in between are left to the raw row. Pure, and tolerant of rows that a newer server writes.
 */
import { isRecord } from '../api/http.ts';
import type { Fact, HistoryEntry } from '../api/processes.ts';
import { firedRules, type ToldTrace, toldTrace } from '../decisions/trace/told-trace.ts';

type Told = { readonly seq: number; readonly at: string; readonly actor: string | null };

export type StoryLine = Told &
  (
    | { readonly kind: 'started'; readonly criteria: readonly string[]; readonly device: string | undefined }
    | {
        readonly kind: 'decided';
        readonly node: string;
        readonly outcome: string;
        readonly comment: string | undefined;
      }
    | { readonly kind: 'fired'; readonly node: string; readonly outcome: string }
    | { readonly kind: 'mailed'; readonly node: string }
    | { readonly kind: 'stepDone'; readonly node: string; readonly outcome: string }
    | {
        readonly kind: 'ruled';
        readonly node: string;
        /** Its key, and its name as far as the trace says it. */
        readonly decision: string;
        readonly name: string;
        readonly version: number;
        /** From 1; undefined where no table decided. */
        readonly rules: readonly number[] | undefined;
        readonly trace: ToldTrace;
      }
    | { readonly kind: 'evidence'; readonly criterion: string; readonly device: string }
    | { readonly kind: 'message'; readonly name: string; readonly key: string }
    | { readonly kind: 'retried' }
    | { readonly kind: 'resolved'; readonly comment: string | undefined }
    | { readonly kind: 'suspended'; readonly reason: string | undefined }
    | { readonly kind: 'resumed' }
    | { readonly kind: 'tokenMoved'; readonly node: string }
    | { readonly kind: 'migrated'; readonly version: string }
    | { readonly kind: 'variablesSet'; readonly names: readonly string[] }
    | { readonly kind: 'cancelled'; readonly reason: string | undefined }
    | { readonly kind: 'stuck'; readonly node: string | undefined; readonly message: string }
    | { readonly kind: 'sideFailed'; readonly what: string; readonly message: string }
    | { readonly kind: 'completed' }
    | { readonly kind: 'other'; readonly type: string }
  );

type Body = StoryLine extends infer Line ? (Line extends Told ? Omit<Line, keyof Told> : never) : never;

/** Events and gateways complete as well; nobody tells that. */
const silentTypes = /^(start|end|boundary|.*Gateway|subProcess)$/;

export function storyOf(entry: HistoryEntry, typeOf: (node: string) => string | undefined): StoryLine[] {
  const { seq, at, actor, command, effects } = entry;
  const place = placesOf(effects);
  const bodies = [
    ...asked(command, effects),
    ...effects.flatMap((effect) => followed(effect, { command, typeOf, nodeOf: (token) => place.get(String(token)) })),
  ];
  const ruled = new Set(bodies.flatMap((body) => (body.kind === 'ruled' ? [body.node] : [])));
  // That a decision was made is told with the decision.
  const told = bodies.filter((body) => body.kind !== 'stepDone' || body.outcome !== 'done' || !ruled.has(body.node));
  const lines = told.length > 0 ? told : [{ kind: 'other', type: command.type } as const];
  return lines.map((body) => ({ seq, at, actor, ...body }));
}

function asked(command: Fact, effects: readonly Fact[]): Body[] {
  switch (command.type) {
    case 'start': {
      const firings = evidenceOf(effects);
      return [{ kind: 'started', criteria: firings.map(criterionOf), device: textOf(firings[0]?.device) }];
    }
    case 'firing': {
      // A criterion activity that waited for it tells of it itself.
      if (effects.some(({ type }) => type === 'completed')) return [];
      const firing = evidenceOf(effects).findLast(({ id }) => id === command.id) ?? command;
      return [{ kind: 'evidence', criterion: criterionOf(firing), device: textOf(firing.device) ?? '' }];
    }
    case 'message':
      return [{ kind: 'message', name: textOf(command.name) ?? '', key: textOf(command.key) ?? '' }];
    case 'retry':
      return [{ kind: 'retried' }];
    case 'cancel':
      return [{ kind: 'cancelled', reason: textOf(command.reason) }];
    default:
      return mended(command, effects);
  }
}

/** What an engineer did to it. */
function mended(command: Fact, effects: readonly Fact[]): Body[] {
  switch (command.type) {
    case 'resolve':
      return [{ kind: 'resolved', comment: commentOf(command) }];
    case 'suspend':
      return [{ kind: 'suspended', reason: textOf(command.reason) }];
    case 'resume':
      return [{ kind: 'resumed' }];
    case 'move':
      return [{ kind: 'tokenMoved', node: textOf(command.to) ?? '' }];
    case 'migrate':
      return [{ kind: 'migrated', version: String(command.version) }];
    case 'variables': {
      // The effect knows their names; the command is told without them.
      const effect = effects.find(({ type }) => type === 'variables');
      const set = isRecord(effect?.set) ? Object.keys(effect.set) : [];
      const removed = Array.isArray(effect?.remove) ? effect.remove.map(String) : [];
      return [{ kind: 'variablesSet', names: [...set, ...removed] }];
    }
    default:
      return [];
  }
}

type FollowedParts = {
  readonly command: Fact;
  readonly typeOf: (node: string) => string | undefined;
  readonly nodeOf: (token: unknown) => string | undefined;
};

function followed(effect: Fact, { command, typeOf, nodeOf }: FollowedParts): Body[] {
  switch (effect.type) {
    case 'decided':
      return [ruledBy(effect)];
    case 'completed':
      return completed(effect, command, typeOf);
    case 'waiting': {
      const wait = isRecord(effect.wait) ? effect.wait : {};
      if (wait.for !== 'help') return [];
      return [{ kind: 'stuck', node: nodeOf(effect.token), message: textOf(wait.message) ?? '' }];
    }
    case 'sideFailed':
      return [{ kind: 'sideFailed', what: textOf(effect.kind) ?? '', message: textOf(effect.message) ?? '' }];
    case 'ended':
      return effect.status === 'completed' ? [{ kind: 'completed' }] : [];
    default:
      return [];
  }
}

function completed(effect: Fact, command: Fact, typeOf: FollowedParts['typeOf']): Body[] {
  const node = textOf(effect.node) ?? '';
  const outcome = textOf(effect.outcome) ?? 'done';
  const type = typeOf(node) ?? 'step';
  if (silentTypes.test(type)) return [];
  if (type === 'userTask') return [{ kind: 'decided', node, outcome, comment: commentOf(command) }];
  // The firings that started the instance are told with its start.
  if (type === 'criterion') return command.type === 'start' ? [] : [{ kind: 'fired', node, outcome }];
  if (type === 'mail') return [{ kind: 'mailed', node }];
  return [{ kind: 'stepDone', node, outcome }];
}

function ruledBy({ node, decision, version, trace }: Fact): Body {
  const key = textOf(decision) ?? '';
  const told = toldTrace(trace);
  const name = told.decisions.findLast(({ id }) => id === key)?.name ?? key;
  const rules = firedRules(told, key);
  return { kind: 'ruled', node: textOf(node) ?? '', decision: key, name, version: Number(version), rules, trace: told };
}

/** Token → the node it stands on after these effects. */
function placesOf(effects: readonly Fact[]): ReadonlyMap<string, string> {
  const place = new Map<string, string>();
  for (const effect of effects) {
    const node = textOf(effect.to) ?? (effect.type === 'appeared' ? textOf(effect.at) : textOf(effect.node));
    if (node !== undefined && effect.token !== undefined) place.set(String(effect.token), node);
  }
  return place;
}

/** The firings that these effects brought. */
function evidenceOf(effects: readonly Fact[]): Record<string, unknown>[] {
  return effects.flatMap(({ type, variables, firing }) => {
    if (type === 'evidence') return isRecord(firing) ? [firing] : [];
    return type === 'started' && isRecord(variables) ? recordsOf(variables.evidence) : [];
  });
}

const commentOf = (command: Fact): string | undefined => textOf(command.comment) || undefined;

const criterionOf = (firing: Readonly<Record<string, unknown>>): string => textOf(firing.criterion) ?? '';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const recordsOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);
