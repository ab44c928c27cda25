/**
 * Modules of one's own: every .js and .mjs file of a folder says one. Its default export is a function that gets what a module
 * is made of, so the file needs no packages of its own; it answers what `defineModule` made. Read once, at the start.
 */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { discard, done, error, fail, snooze } from '../../kernel/settlement.ts';
import { builtInModules } from './built-in.ts';
import { catalogueOf } from './catalogue.ts';
import { defineModule, type Module } from './module.ts';

/** What a file gets to make a module of. */
export const moduleKit = { defineModule, z, done, error, fail, snooze, discard } as const;

const FILES = /\.m?js$/;
const NAME = /^[a-z][a-z0-9-]{0,49}$/;

/** Throws `module.cannot-load`, which names the file. */
export async function loadModules(folder: string): Promise<Module[]> {
  const taken = new Map(catalogueOf(builtInModules).map(({ name }) => [name, 'Millrace itself']));
  const modules: Module[] = [];
  for (const file of filesIn(folder)) {
    const module = await loadModule(file);
    const owner = taken.get(module.name);
    if (owner !== undefined) throw cannotLoad(file, `its name "${module.name}" is that of ${owner}`);
    taken.set(module.name, file);
    modules.push(module);
  }
  return modules;
}

function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => FILES.test(name));
    return names.sort().map((name) => resolve(folder, name));
  } catch (failure) {
    throw cannotLoad(folder, messageOf(failure), failure);
  }
}

async function loadModule(file: string): Promise<Module> {
  let made: unknown;
  try {
    const { default: make } = (await import(pathToFileURL(file).href)) as { default?: unknown };
    if (typeof make !== 'function') throw new Error('its default export is no function');
    made = await make(moduleKit);
  } catch (failure) {
    throw cannotLoad(file, messageOf(failure), failure);
  }
  const problem = problemOf(made);
  if (problem !== undefined) throw cannotLoad(file, problem);
  return made as Module;
}

function problemOf(made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return 'its function answers no module';
  const { name, title, summary, config, outcomes, run } = made as Partial<Module>;
  if (typeof name !== 'string' || !NAME.test(name)) return 'its `name` must be lower-case letters, digits and hyphens';
  if (typeof title !== 'string' || typeof summary !== 'string') return 'it needs a `title` and a `summary`';
  if (typeof config?.safeParse !== 'function') return 'its `config` must be a schema, made with `z`';
  if (!Array.isArray(outcomes) || outcomes.length === 0) return 'its `outcomes` must be a list of at least one';
  return typeof run === 'function' ? undefined : 'it has no function `run`';
}

const cannotLoad = (file: string, problem: string, cause?: unknown): MillraceError =>
  new MillraceError('module.cannot-load', { file, problem }, cause === undefined ? {} : { cause });
