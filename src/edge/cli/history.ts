/** The history of an instance as lines for people: what was decided and done, without the moves of tokens in between. */
import type { DecisionTrace } from '../../client/wire-decisions.ts';
import type { HistoryEntry } from '../../client/wire-process.ts';
import { actorText } from './table.ts';

export type HistoryLine = { readonly at: string; readonly by: string; readonly what: string };

type Facts = Readonly<Record<string, unknown>>;

export function historyLines(entries: readonly HistoryEntry[]): HistoryLine[] {
  return entries.flatMap(({ at, actor, command, effects }) => {
    const told = [...asked(command, effects), ...effects.flatMap((effect) => followed(effect, command))];
    return told.map((what) => ({ at, by: actorText(actor), what }));
  });
}

function asked(command: Facts, effects: readonly Facts[]): string[] {
  switch (command.type) {
    case 'start': {
      const criteria = effects.flatMap(({ variables }) => evidenceIn(variables)).map(({ criterion }) => criterion);
      return [criteria.length > 0 ? `started by criterion ${criteria.join(', ')}` : 'started'];
    }
    case 'firing':
      return effects
        .flatMap(({ set }) => evidenceIn(set).slice(-1))
        .map(({ criterion }) => `criterion ${criterion} fired`);
    case 'message':
      return [`message ${command.name} for "${command.key}"`];
    case 'retry':
      return [`tried again at token ${command.token}`];
    case 'resolve':
      return [
        `counts as done at token ${command.token}${typeof command.comment === 'string' ? ` – ${command.comment}` : ''}`,
      ];
    case 'suspend':
      return [`suspended${typeof command.reason === 'string' ? ` – ${command.reason}` : ''}`];
    case 'resume':
      return command.isRest === true ? [] : ['resumed'];
    case 'move':
      return [`token ${command.token} was moved to ${command.to}`];
    case 'migrate':
      return [`goes on by version ${command.version}`];
    case 'variables':
      return effects.flatMap((effect) => changedBy(effect));
    default:
      return [];
  }
}

function changedBy({ type, set = {}, remove = [] }: Facts): string[] {
  if (type !== 'variables') return [];
  const names = [...Object.keys(set as Facts), ...(remove as string[]).map((name) => `${name} (removed)`)];
  return [`variables changed: ${names.join(', ')}`];
}

function followed(effect: Facts, command: Facts): string[] {
  switch (effect.type) {
    case 'completed': {
      const comment = command.kind === 'task' && typeof command.comment === 'string' ? ` – ${command.comment}` : '';
      return [`${effect.node}: ${effect.outcome}${comment}`];
    }
    case 'waiting': {
      const wait = effect.wait as Facts;
      return wait.for === 'help' ? [`stuck: ${wait.message}`] : [];
    }
    case 'decided':
      return [decidedBy(effect)];
    case 'sideFailed':
      return [`${effect.kind} failed: ${effect.message}`];
    case 'ended':
      return [`${effect.status}${effect.reason === undefined ? '' : ` – ${effect.reason}`}`];
    default:
      return [];
  }
}

/** Of a value its beginning: the whole stands in the history as JSON. */
const MAX_VALUE = 60;
const MAX_RULES = 10;

function decidedBy({ node, decision, version, trace }: Facts): string {
  const { decisions = [] } = trace as { readonly decisions?: readonly DecisionTrace[] };
  const told = decisions.findLast(({ id }) => id === decision);
  const value = JSON.stringify(told?.value) ?? '…';
  const rules = told?.tables.flatMap(({ fired }) => fired.map(({ rule }) => rule)) ?? [];
  const by =
    rules.length === 0
      ? ''
      : ` by rule ${rules.slice(0, MAX_RULES).join(', ')}${rules.length > MAX_RULES ? ', …' : ''}`;
  return `${node}: ${decision}@${version} answered ${value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value}${by}`;
}

function evidenceIn(variables: unknown): Facts[] {
  const evidence = (variables as { readonly evidence?: unknown } | undefined)?.evidence;
  return Array.isArray(evidence) ? (evidence as Facts[]) : [];
}
