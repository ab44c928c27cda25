/** Process definitions as the API shows them. */
import { z } from 'zod';
import type {
  DefinitionFlow,
  DefinitionNode,
  DefinitionSummary,
  Definition as WireDefinition,
} from '../../../client/wire-process.ts';
import type { Definition, Node } from '../../../process/core/definition.ts';
import { entryNameOf } from '../../../process/modules/catalogue.ts';
import { isoTime, label, time } from '../wire-schema.ts';

const versionInfo = { version: z.int(), deployedAt: time, deployedBy: z.string() };

export const definitionSummary = z.strictObject({
  key: z.string(),
  ...versionInfo,
  name: label,
  steps: z.int().describe('Nodes that do something: no gateways, starts and ends.'),
  active: z.int().describe('Open instances.'),
  uses: z.array(z.string()).describe('The modules that its steps are of, by name.'),
}) satisfies z.ZodType<DefinitionSummary>;

const definitionNode = z.strictObject({
  id: z.string(),
  name: label,
  type: z.string(),
  role: z.string().exactOptional(),
  module: z.string().describe('Of a step of a module: its name.').exactOptional(),
  outcomes: z.array(z.string()),
  event: z
    .string()
    .describe(
      'Of an event: what it waits for or throws – message, timer, signal, error, escalation, condition, compensation, cancel, terminate, several.',
    )
    .exactOptional(),
  parent: z.string().describe('The sub-process it is in.').exactOptional(),
  attachedTo: z.string().describe('Of a boundary event: the activity it hangs on.').exactOptional(),
}) satisfies z.ZodType<DefinitionNode>;

const definitionFlow = z.strictObject({
  from: z.string(),
  to: z.string(),
  outcome: z.string().exactOptional(),
  when: z.string().describe('FEEL.').exactOptional(),
  isDefault: z.boolean(),
}) satisfies z.ZodType<DefinitionFlow>;

export const definitionDetail = z.strictObject({
  key: z.string(),
  ...versionInfo,
  name: label,
  versions: z.array(z.strictObject(versionInfo)).describe('The newest first.'),
  source: z.unknown().describe('As it was deployed.'),
  nodes: z.array(definitionNode),
  flows: z.array(definitionFlow),
  searchable: z
    .array(z.strictObject({ name: z.string(), type: z.enum(['string', 'number', 'date', 'boolean']) }))
    .describe('The variables by which its tasks are found.'),
}) satisfies z.ZodType<WireDefinition>;

type Stamp = { readonly version: number; readonly deployedAt: number; readonly deployedBy: string };

export const versionView = ({ version, deployedAt, deployedBy }: Stamp) => ({
  version,
  deployedAt: isoTime(deployedAt),
  deployedBy,
});

const NO_STEPS = new Set([
  'start',
  'end',
  'boundary',
  'exclusiveGateway',
  'parallelGateway',
  'inclusiveGateway',
  'eventGateway',
  'complexGateway',
]);

export const summaryOf = (definition: Definition, stamp: Stamp, active: number): DefinitionSummary => ({
  key: definition.key,
  ...versionView(stamp),
  name: definition.name,
  steps: [...definition.nodes.values()].filter(({ type }) => !NO_STEPS.has(type)).length,
  active,
  uses: [...new Set([...definition.nodes.values()].flatMap(moduleOf))].sort(),
});

const moduleOf = ({ type, behaviour }: Node): string | readonly [] =>
  entryNameOf(behaviour.type === 'module' ? { type, module: behaviour.module } : { type }) ?? [];

/** What each event waits for or throws. */
function eventsOf({ nodes, startPoints, handlers }: Definition): ReadonlyMap<string, string> {
  const events = new Map<string, string>();
  const listeners = [...handlers, ...startPoints.map(({ node, trigger }) => ({ start: node, trigger }))];
  for (const { id, behaviour, boundary } of nodes.values()) {
    if (behaviour.type === 'catch') events.set(id, behaviour.trigger.on);
    if (behaviour.type === 'throw' || behaviour.type === 'end') {
      const [first, second] = behaviour.throws;
      if (first !== undefined) events.set(id, second === undefined ? first.what : 'several');
    }
    for (const { node, trigger } of boundary) events.set(node, trigger.on);
    if ('handlers' in behaviour) listeners.push(...behaviour.handlers);
  }
  for (const { start, trigger } of listeners) if (trigger !== undefined) events.set(start, trigger.on);
  return events;
}

/** The graph: what a diagram needs. */
export function graphOf(definition: Definition): { nodes: DefinitionNode[]; flows: DefinitionFlow[] } {
  const { nodes } = definition;
  const events = eventsOf(definition);
  const hosts = new Map(
    [...nodes.values()].flatMap(({ id, boundary }) => boundary.map((event) => [event.node, id] as const)),
  );
  return {
    nodes: [...nodes.values()].map((node) =>
      nodeView(node, { attachedTo: hosts.get(node.id), event: events.get(node.id) }),
    ),
    flows: [...nodes.values()].flatMap(({ outgoing }) =>
      outgoing.map(({ from, to, outcome, when, isDefault }) => ({
        from,
        to,
        ...(outcome !== undefined && { outcome }),
        ...(when !== undefined && { when: when.text }),
        isDefault,
      })),
    ),
  };
}

function nodeView(
  { id, name, type, behaviour, outcomes, parent }: Node,
  { attachedTo, event }: { readonly attachedTo: string | undefined; readonly event: string | undefined },
): DefinitionNode {
  return {
    id,
    name,
    type,
    ...(behaviour.type === 'userTask' && { role: behaviour.role }),
    ...(behaviour.type === 'module' && { module: behaviour.module }),
    outcomes: [...outcomes],
    ...(event !== undefined && { event }),
    ...(parent !== undefined && { parent }),
    ...(attachedTo !== undefined && { attachedTo }),
  };
}
