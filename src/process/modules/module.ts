/**
 * A module: a kind of step that definitions use by its name. What it takes is a schema, by which a deployment checks the
 * configuration of each step and programs draw forms; what it can end with is a list. Its work is a job of the kind
 * `module.<name>`: tried again, held and given up by the rules of jobs, and an incident when it is given up.
 */
import type { z } from 'zod';
import type { App } from '../../bus/service/app-type.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Settlement } from '../../kernel/settlement.ts';
import type { JsonSchema } from '../core/json-schema.ts';
import type { Network } from './http/network.ts';
import type { Secrets } from './secrets.ts';

/** What the server lends to modules. */
export type ModuleServices = {
  /** Asks and tells message services, and publishes events. */
  readonly app: App;
  /** Which machines a request may reach. */
  readonly network: Network;
  readonly secrets: Secrets;
  readonly now: () => Instant;
};

export type ModuleContext<Config> = {
  /** Checked by the schema, with the values of its expressions. */
  readonly config: Config;
  /** What the step sees; with an `input` what that chose. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The id of the step in its definition. */
  readonly node: string;
  /** The same at every try and never given twice: whoever is told a thing twice can know it by this. */
  readonly key: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** Aborts when the job was lost, or the server stops. */
  readonly signal: AbortSignal;
  readonly services: ModuleServices;
};

type Described = {
  readonly name: string;
  readonly title: string;
  /** One or two sentences: what a step of it does. */
  readonly summary: string;
  readonly outcomes: readonly string[];
};

type Declaration<Schema extends z.ZodType> = Described & {
  readonly config: Schema;
  /** A field of the configuration that names further outcomes: a list, or the values of an object. No expressions there. */
  readonly outcomesFrom?: string;
  /** What becomes of a step whose worker was lost: done again, or held until a person says whether it happened. */
  readonly onLost?: 'retry' | 'hold';
  /** Answers with a settlement; what it throws counts as `fail`. */
  readonly run: (context: ModuleContext<z.output<Schema>>) => Promise<Settlement> | Settlement;
};

/** A module with its types forgotten, as the server keeps it. */
export type Module = Described & {
  readonly config: z.ZodType;
  readonly outcomesFrom: string | undefined;
  readonly onLost: 'retry' | 'hold';
  /** The JSON Schema of the configuration, where it was given as one. */
  readonly form?: JsonSchema;
  readonly run: (context: ModuleContext<unknown>) => Promise<Settlement> | Settlement;
};

/** The one way to declare a module. */
export function defineModule<Schema extends z.ZodType>(declaration: Declaration<Schema>): Module {
  const { outcomesFrom, onLost = 'retry', ...rest } = declaration;
  return { ...rest, outcomesFrom, onLost } as Module;
}
