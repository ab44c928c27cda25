/** Which ways on a token takes: by outcome, by condition, by default. */
import { messageOf } from '../../kernel/errors.ts';
import type { Condition, Flow, Node } from './definition.ts';
import type { Problem, Variables } from './state.ts';

export type Choice = { readonly flows: readonly Flow[] } | Problem;

/** An exclusive gateway takes the first flow whose condition holds; everything else takes all of them. */
export function chooseFlows(node: Node, outcome: string | undefined, variables: Variables): Choice {
  const candidates = outcome === undefined ? node.outgoing : node.outgoing.filter(leadsOnFrom(outcome));
  const chosen: Flow[] = [];
  for (const flow of candidates) {
    if (flow.isDefault) continue;
    const holds = flow.when === undefined || evaluate(flow.when, variables);
    if (typeof holds !== 'boolean') return holds;
    if (holds) chosen.push(flow);
    if (holds && node.behaviour.type === 'exclusiveGateway') break;
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

function evaluate(condition: Condition, variables: Variables): boolean | Problem {
  try {
    return condition.evaluate(variables) === true;
  } catch (error) {
    return { code: 'process.condition-failed', message: messageOf(error) };
  }
}
