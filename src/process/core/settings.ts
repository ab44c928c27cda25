/**
 * Settings of a definition: values of its steps that are set beside it and count instead of those it was deployed with.
 * They hold for all its versions, as far as these have such a step; laid over the source, it is compiled as any other.
 */
import { z } from 'zod';
import { mailFields } from './source.ts';
import { duration, text } from './source-parts.ts';

export const stepSettings = z.strictObject({
  /** Of a mail: whom it goes to, who gets the answers, and its words. */
  to: mailFields.to.exactOptional(),
  replyTo: mailFields.replyTo.exactOptional(),
  subject: mailFields.subject.exactOptional(),
  text: mailFields.text.exactOptional(),
  html: mailFields.html.exactOptional(),
  /** Of a task for a person. */
  role: text.exactOptional(),
  due: duration.exactOptional(),
  notify: text.exactOptional(),
  /** Of a criterion. */
  within: duration.exactOptional(),
  /** Of a module: fields of its configuration, each in the place of the definition's. */
  config: z.record(z.string(), z.json()).exactOptional(),
});
export type StepSettings = z.output<typeof stepSettings>;
/** By the id of the step. */
export type StepsSettings = Readonly<Record<string, StepSettings>>;
type SettingName = keyof StepSettings;

/** What can be set, by the type of the step. */
const SETTABLE: Readonly<Record<string, readonly SettingName[]>> = {
  mail: ['to', 'replyTo', 'subject', 'text', 'html'],
  userTask: ['role', 'due', 'notify'],
  criterion: ['within'],
  module: ['config'],
};

type Fields = Readonly<Record<string, unknown>>;
type NodeFields = Fields & { readonly id: string; readonly type: string };

/** The source with the settings in it; those of steps that it does not have are left out. */
export function withSettings(source: unknown, steps: StepsSettings): unknown {
  return Object.keys(steps).length === 0 ? source : laidOver(source as Fields, steps);
}

function laidOver(holder: Fields, steps: StepsSettings): Fields {
  if (!Array.isArray(holder.nodes)) return holder;
  const nodes = (holder.nodes as NodeFields[]).map((node) => {
    const own = Object.hasOwn(steps, node.id) ? steps[node.id] : undefined;
    return laidOver(own === undefined ? node : changed(node, own), steps);
  });
  return { ...holder, nodes };
}

function changed(node: NodeFields, settings: StepSettings): NodeFields {
  const set = settableIn(node).flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    return [[name, name === 'config' ? { ...(node.config as Fields | undefined), ...settings.config } : value]];
  });
  return { ...node, ...Object.fromEntries(set) };
}

export const settableIn = ({ type }: { readonly type: string }): readonly SettingName[] =>
  Object.hasOwn(SETTABLE, type) ? (SETTABLE[type] ?? []) : [];

/** All nodes of a source by id, those of sub-processes too. */
export function nodesOf(source: unknown): ReadonlyMap<string, NodeFields> {
  const { nodes } = source as Fields;
  if (!Array.isArray(nodes)) return new Map();
  return new Map((nodes as NodeFields[]).flatMap((node) => [[node.id, node] as const, ...nodesOf(node)]));
}
