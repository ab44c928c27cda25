/** Which ways on a token takes: by outcome, by condition, by default. */
import type { Flow, Node } from './definition.ts';
import { holds } from './evaluate.ts';
import type { Moment } from './span.ts';
import type { Problem, Variables } from './state.ts';

export type Choice = { readonly flows: readonly Flow[] } | Problem;

type Leaving = { readonly node: Node; readonly outcome: string | undefined };

/** An exclusive gateway takes the first flow whose condition holds; everything else takes all of them. */
export function chooseFlows(at: Moment, { node, outcome }: Leaving, variables: () => Variables): Choice {
  const candidates = outcome === undefined ? node.outgoing : node.outgoing.filter(leadsOnFrom(outcome));
  const chosen: Flow[] = [];
  let seen: Variables | undefined;
  for (const flow of candidates) {
    if (flow.isDefault) continue;
    if (flow.when !== undefined) {
      seen ??= variables();
      const { value, problem } = holds(at, flow.when, seen);
      if (problem !== undefined) return problem;
      if (!value) continue;
    }
    chosen.push(flow);
    if (node.behaviour.type === 'exclusiveGateway') break;
  }
  if (chosen.length > 0 || candidates.length === 0) return { flows: chosen };
  const fallback = candidates.find((flow) => flow.isDefault);
  if (fallback !== undefined) return { flows: [fallback] };
  const conditions = candidates.map((flow) => flow.when?.text).join('; ');
  return {
    code: 'process.no-flow',
    message: `No way on from "${node.id}": none of its conditions holds (${conditions}) and it has no default.`,
  };
}

const leadsOnFrom = (outcome: string) => (flow: Flow) => flow.outcome === undefined || flow.outcome === outcome;
