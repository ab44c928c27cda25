/** The rules that a definition keeps. docs/reference/process-rules.md has one heading, with an example, for each. */

export const ruleIds = [
  'schema.definition',
  'schema.start',
  'schema.node',
  'schema.boundary',
  'schema.flow',
  'limits.depth',
  'limits.nodes',
  'limits.flows',
  'node.duplicate-id',
  'node.unreachable',
  'start.missing',
  'start.has-incoming',
  'start.mode',
  'start.duplicate-criterion',
  'flow.unknown-target',
  'flow.crosses-scope',
  'flow.into-boundary',
  'flow.duplicate-id',
  'flow.several-defaults',
  'flow.default-with-condition',
  'flow.condition-on-parallel',
  'gateway.condition-missing',
  'gateway.never-joins',
  'outcome.unknown',
  'outcome.uncovered',
  'outcome.duplicate',
  'boundary.trigger',
  'condition.syntax',
  'duration.invalid',
] as const;

export type RuleId = (typeof ruleIds)[number];

/** A rule that is not kept, by which element (a node's id, as far as it has one), and what exactly is wrong. */
export type Breach = { readonly rule: RuleId; readonly element: string; readonly message: string };
