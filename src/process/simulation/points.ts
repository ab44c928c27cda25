/** Where something can come to an instance from outside: each wait of a token, and each event that is armed. */
import { type Definition, nodeOf, type Trigger } from '../core/definition.ts';
import type { Armed, Listening, ProcessState, Scope, Token } from '../core/state.ts';

export type Point = {
  /** Tells it from all others of the instance as long as it is there. */
  readonly id: string;
  /** The node that waits or listens. */
  readonly node: string;
  /** What is expected there: `work` is a task, a job or a called instance. */
  readonly kind: 'work' | 'criterion' | 'help' | Listening['for'];
  /** Whether a token stands there for it alone; otherwise it may come or not. */
  readonly isAwaited: boolean;
  readonly token: Token | undefined;
  readonly listening?: Listening;
};

/** In the order in which a message looks for who takes it. */
export function pointsOf({ tokens, scopes }: Pick<ProcessState, 'tokens' | 'scopes'>): Point[] {
  const points: Point[] = [];
  for (const token of tokens) {
    for (const armed of token.armed ?? []) points.push(armedPoint(armed, `t${token.id}`, token));
    const own = waitPoint(token);
    if (own !== undefined) points.push(own);
    if (token.wait.for === 'criterion' && token.wait.expiry !== undefined) {
      const listening = { for: 'timer', job: token.wait.expiry } as const;
      points.push({ ...armedPoint({ node: token.node, ...listening }, `t${token.id}`, token), listening });
    }
  }
  for (const scope of scopes) for (const armed of scope.armed ?? []) points.push(handlerPoint(armed, scope));
  return points;
}

/** What arrives at the same node for the same kind of reason is paired, one after the other. */
export const slotOf = ({ node, kind, listening }: Point): string => {
  const name = listening !== undefined && 'name' in listening ? listening.name : '';
  return `${kind}|${node}|${name}`;
};

/** The timer that the point listens to, as the definition says it; undefined: the definition has none there. */
export function timerOf(definition: Definition, { node, token }: Point): string | undefined {
  const own = definition.nodes.has(node) ? nodeOf(definition, node).behaviour : undefined;
  if (own?.type === 'criterion') return String(own.withinMs);
  if (own?.type === 'catch') return textOf(own.trigger);
  const host = token !== undefined && definition.nodes.has(token.node) ? nodeOf(definition, token.node) : undefined;
  const behind = host?.behaviour.type === 'eventGateway' ? host.behaviour.events : [];
  const inside = [...definition.nodes.values()].flatMap(({ behaviour }) =>
    behaviour.type === 'subProcess' || behaviour.type === 'eventSubProcess' ? behaviour.handlers : [],
  );
  const listeners = [...(host?.boundary ?? []), ...behind, ...definition.handlers, ...inside];
  const found = listeners.find((each) => each.node === node);
  return found && textOf(found.trigger);
}

const textOf = (trigger: Trigger): string => JSON.stringify(trigger);

function waitPoint(token: Token): Point | undefined {
  const { id, node, wait } = token;
  const here = { node, token, isAwaited: true };
  switch (wait.for) {
    case 'job':
    case 'task':
      return { ...here, id: `job${wait.job}`, kind: 'work' };
    case 'call':
      return { ...here, id: `call${wait.instance}`, kind: 'work' };
    case 'criterion':
    case 'help':
      return { ...here, id: `t${id}:${wait.for}:${node}`, kind: wait.for };
    case 'timer':
    case 'message':
    case 'signal':
    case 'condition':
      return { ...here, id: listeningId(wait, `t${id}:${node}`), kind: wait.for, listening: wait };
    case 'nothing':
    case 'event':
    case 'join':
    case 'scope':
      return undefined;
    default:
      return wait satisfies never;
  }
}

function armedPoint(armed: Armed, owner: string, token: Token | undefined): Point {
  const { node, ...listening } = armed;
  const id = listeningId(armed, `${owner}:${node}`);
  return { id, node, kind: armed.for, token, listening, isAwaited: token?.wait.for === 'event' };
}

const handlerPoint = (armed: Armed, { id }: Scope): Point => armedPoint(armed, `s${id}`, undefined);

function listeningId(listening: Listening, owner: string): string {
  if (listening.for === 'timer') return `job${listening.job}`;
  if (listening.for === 'condition') return `${owner}:condition`;
  return `${owner}:${listening.for}:${listening.name}:${'key' in listening ? listening.key : ''}`;
}
