/** The instance goes on by another version of its definition: what waits keeps waiting, and what listens beside it is as there. */
import { MillraceError } from '../../kernel/errors.ts';
import type { Command } from './command.ts';
import { type Definition, type Listener, nodeOf } from './definition.ts';
import { handlersOf } from './inside.ts';
import { iterationsAround } from './iteration.ts';
import { listen, type Owner } from './listen.ts';
import { named } from './migrated.ts';
import { eventOf, planOf } from './migration-plan.ts';
import { ignore } from './release.ts';
import { emit, type Run, variablesOf } from './run.ts';
import type { Armed, Problem, Scope, Token } from './state.ts';
import { ownerOfScope } from './work.ts';

/** Problems that one error carries at most. */
const MAX_PROBLEMS = 200;

type Change = {
  readonly from: Definition;
  readonly nodes: Readonly<Record<string, string>>;
  /** Where each token stood, by the names of before. */
  readonly stood: ReadonlyMap<number, string>;
};

/** `run` is of the other version, `from` is the one that counted before. Throws `process.cannot-migrate`. */
export function migrate(run: Run, from: Definition, { nodes, version }: Extract<Command, { type: 'migrate' }>): void {
  const plan = planOf(run.draft, { from, to: run.definition, names: nodes });
  if (plan.problems.length > 0) throw cannot(plan.problems);
  const stood = new Map(run.draft.tokens.map(({ id, node }) => [id, node]));
  emit(run, { type: 'migrated', version, nodes: plan.nodes, flows: plan.flows });
  const change = { from, nodes: plan.nodes, stood };
  for (const token of run.draft.tokens.slice()) {
    renameIncident(run, token, stood.get(token.id));
    reviseTask(run, token);
    listenAtToken(run, token, change);
  }
  for (const scope of run.draft.scopes.slice()) listenInScope(run, scope, change);
}

function renameIncident(run: Run, { id, node, wait }: Token, before: string | undefined): void {
  if (wait.for !== 'help' || before === undefined || before === node) return;
  const { code, message } = wait;
  run.actions.push(
    { type: 'resolveIncident', token: id, node: before },
    { type: 'raiseIncident', token: id, node, code, message },
  );
}

/** The person keeps the task; it is called, and offers, what the other version says. */
function reviseTask(run: Run, { node: id, wait }: Token): void {
  const { behaviour, outcomes } = nodeOf(run.definition, id);
  if (wait.for !== 'task' || behaviour.type !== 'userTask') return;
  const { role, commentOn, priority, notBy } = behaviour;
  run.actions.push({
    type: 'reviseTask',
    job: wait.job,
    node: id,
    role,
    outcomes,
    commentOn,
    priority,
    ...(notBy !== undefined && { notBy }),
  });
}

/** A token's node is known by its new name by now, and so are the events that are armed. */
function listenAtToken(run: Run, token: Token, change: Change): void {
  const { id, node, wait, armed = [] } = token;
  if (wait.for === 'join') return;
  const isIteration = iterationsAround(run, token) !== undefined;
  const before = isIteration ? [] : listenersAt(change.from, change.stood.get(id) ?? node);
  const after = isIteration ? [] : listenersAt(run.definition, node);
  const owner = { id, variables: variablesOf(run, token) };
  const now = relisten(run, { owner, armed, before, after, change });
  if (now !== armed) emit(run, { type: 'waiting', token: id, wait, ...(now.length > 0 && { armed: now }) });
}

function listenInScope(run: Run, scope: Scope, change: Change): void {
  const { id, armed = [], interrupted, iteration, undo } = scope;
  if (interrupted === true || iteration !== undefined || undo !== undefined) return;
  const host = run.draft.tokens.find((token) => token.id === scope.host);
  const before =
    host === undefined ? change.from.handlers : insideOf(change.from, change.stood.get(host.id) ?? host.node);
  const after = handlersOf(run, scope);
  const owner = { id: ownerOfScope(id), variables: variablesOf(run, { scope: id }) };
  const now = relisten(run, { owner, armed, before, after, change });
  if (now !== armed) emit(run, { type: 'listening', scope: id, ...(now.length > 0 && { armed: now }) });
}

/** What is listened for beside a token: at the edge of its activity, behind its gateway. */
function listenersAt(definition: Definition, id: string): readonly Listener[] {
  const { behaviour, boundary } = nodeOf(definition, id);
  if (behaviour.type === 'eventGateway') return behaviour.events;
  if (behaviour.type === 'catch' && behaviour.trigger.on === 'several')
    return [...boundary, { node: id, trigger: behaviour.trigger }];
  return boundary;
}

function insideOf(definition: Definition, id: string): readonly Listener[] {
  const { behaviour } = nodeOf(definition, id);
  return 'handlers' in behaviour ? behaviour.handlers : [];
}

type Relistening = {
  readonly owner: Owner;
  /** By their new names. */
  readonly armed: readonly Armed[];
  readonly before: readonly Listener[];
  readonly after: readonly Listener[];
  readonly change: Change;
};

/** What is the same stays as it is; what is gone listens no more; what is new begins. The same list: nothing has changed. */
function relisten(run: Run, { owner, armed, before, after, change }: Relistening): readonly Armed[] {
  const known = new Map(before.map(({ node, trigger }) => [named(change.nodes, node), eventOf(trigger)]));
  const isSame = ({ node, trigger }: Listener) => known.get(node) === eventOf(trigger);
  const same = new Set(after.filter(isSame).map(({ node }) => node));
  const kept = armed.filter(({ node }) => same.has(node));
  const fresh = after.filter((event) => !isSame(event));
  for (const listening of armed)
    if (!same.has(listening.node)) ignore(run, { owner: owner.id, listening, settled: undefined });
  const begun = listen(run, owner, fresh);
  if (isProblem(begun)) throw cannot([{ node: fresh[0]?.node ?? '', problem: begun.message }]);
  return kept.length === armed.length && begun.length === 0 ? armed : [...kept, ...begun];
}

const isProblem = (begun: readonly Armed[] | Problem): begun is Problem => 'code' in begun;

const cannot = (problems: readonly { readonly node: string; readonly problem: string }[]): MillraceError =>
  new MillraceError('process.cannot-migrate', {
    count: problems.length,
    summary: problems
      .slice(0, 3)
      .map(({ node, problem }) => `${node}: ${problem}`)
      .join(' '),
    errors: problems
      .slice(0, MAX_PROBLEMS)
      .map(({ node, problem }) => ({ rule: 'migration', element: node, message: problem })),
  });
