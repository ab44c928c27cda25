/** All kinds of steps that do something, as people and programs see them: those of the language, and the modules. */
import { z } from 'zod';
import { activityFields, stepSchemas } from '../core/source.ts';
import type { Module } from './module.ts';

export type CatalogueEntry = {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** How a definition writes it: by a type of its own, with the fields of the configuration beside it, or as a module's step. */
  readonly type: string;
  /** Who does it: the transition itself, a job, a person, or whatever the step waits for. */
  readonly doneBy: 'transition' | 'job' | 'person' | 'event';
  readonly outcomes: readonly string[];
  /** The field of the configuration that names further outcomes. */
  readonly outcomesFrom: string | null;
  /** Of a job whose worker was lost; null where nothing can be lost. */
  readonly onLost: 'retry' | 'hold' | null;
  /** JSON Schema. */
  readonly config: Readonly<Record<string, unknown>>;
};

type StepType = keyof typeof stepSchemas;
type Described = Omit<CatalogueEntry, 'type' | 'config'>;

const STEPS: Readonly<Record<StepType, Described>> = {
  criterion: {
    name: 'criterion',
    title: 'Criterion',
    summary: 'Waits until a criterion fires for the device that the instance is about.',
    doneBy: 'event',
    outcomes: ['fired', 'expired'],
    outcomesFrom: null,
    onLost: null,
  },
  userTask: {
    name: 'form',
    title: 'Task for a person',
    summary: 'Offers a task to the people of a role; one of them completes it with an outcome.',
    doneBy: 'person',
    outcomes: ['done'],
    outcomesFrom: 'outcomes',
    onLost: null,
  },
  job: {
    name: 'job',
    title: 'Job',
    summary: 'Makes a job for a worker, in this server or anywhere; the worker’s settlement ends the step.',
    doneBy: 'job',
    outcomes: ['done'],
    outcomesFrom: 'outcomes',
    onLost: 'retry',
  },
  mail: {
    name: 'mail',
    title: 'Mail',
    summary:
      'Sends a mail to recipient lists, roles, people and addresses, as they are when the step runs, to each in a language that they read.',
    doneBy: 'job',
    outcomes: ['done'],
    outcomesFrom: null,
    onLost: 'retry',
  },
  scriptTask: {
    name: 'script',
    title: 'Script',
    summary: 'Computes a FEEL expression into a variable.',
    doneBy: 'transition',
    outcomes: ['done'],
    outcomesFrom: null,
    onLost: null,
  },
  businessRuleTask: {
    name: 'decision',
    title: 'Decision',
    summary:
      'Asks its rules in order: the first whose FEEL condition holds gives the value and the outcome. When none holds, the value is null and the outcome the first that any rule names.',
    doneBy: 'transition',
    outcomes: ['done'],
    outcomesFrom: 'rules',
    onLost: null,
  },
};

/** The name of the entry that steps of a type belong to; undefined for what does nothing by itself: gateways, events, sub-processes. */
export const entryNameOf = ({
  type,
  module,
}: {
  readonly type: string;
  readonly module?: string;
}): string | undefined => module ?? (Object.hasOwn(STEPS, type) ? STEPS[type as StepType].name : undefined);

/** By name. */
export function catalogueOf(modules: Iterable<Module>): CatalogueEntry[] {
  const steps = (Object.keys(STEPS) as StepType[]).map((type) => ({
    ...STEPS[type],
    type,
    config: schemaOfStep(type),
  }));
  const named = [...modules].map(entryOf);
  return [...steps, ...named].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const entryOf = ({ name, title, summary, outcomes, outcomesFrom, onLost, config, form }: Module): CatalogueEntry => ({
  name,
  title,
  summary,
  type: 'module',
  doneBy: 'job',
  outcomes,
  outcomesFrom: outcomesFrom ?? null,
  onLost,
  config: form ?? jsonSchemaOf(config),
});

/** Without what every activity may have. */
function schemaOfStep(type: StepType): CatalogueEntry['config'] {
  const schema = stepSchemas[type] as z.ZodObject;
  const own = Object.entries(schema.shape).filter(([field]) => !activityFields.includes(field));
  return jsonSchemaOf(z.strictObject(Object.fromEntries(own)));
}

/** Of what a configuration is written as. */
export function jsonSchemaOf(schema: z.ZodType): CatalogueEntry['config'] {
  const { $schema: _, ...form } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  return form;
}
