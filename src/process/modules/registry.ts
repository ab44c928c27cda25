/** The modules of a server by name, as definitions and jobs ask for them. */
import { z } from 'zod';
import { messageOf } from '../../kernel/errors.ts';
import { plainWords } from '../../kernel/plain-words.ts';
import { formulasIn, isFormula } from '../core/formulas.ts';
import type { ConfigProblem, ModuleFace, ModuleFaces } from '../core/module-face.ts';
import type { Module } from './module.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What definitions are held against. */
export function facesOf(modules: { readonly get: (name: string) => Module | undefined }): ModuleFaces {
  return {
    get: (name) => {
      const module = modules.get(name);
      return module && faceOf(module);
    },
  };
}

export const byName = (modules: readonly Module[]): ReadonlyMap<string, Module> =>
  new Map(modules.map((module) => [module.name, module]));

const faceOf = (module: Module): ModuleFace => ({
  outcomes: (config) => outcomesOf(module, config as Fields),
  problems: (config) => problemsOf(module, config as Fields),
});

function outcomesOf({ outcomes, outcomesFrom }: Module, config: Fields): readonly string[] {
  const more = outcomesFrom === undefined ? [] : Object.values(config[outcomesFrom] ?? {});
  return [...new Set([...outcomes, ...more.filter((one) => typeof one === 'string')])];
}

/** What the value of an expression will be is not known yet, so nothing is said of it. */
function problemsOf({ config: schema, outcomesFrom }: Module, config: Fields): readonly ConfigProblem[] {
  const fixed = outcomesFrom === undefined ? [] : formulasIn(config[outcomesFrom], [outcomesFrom]);
  const expressions = fixed.map(({ path }) => ({
    path: path.join('.'),
    message: 'names an outcome, which cannot be an expression',
  }));
  const { error } = parsedBy(schema, config);
  const issues = (error?.issues ?? []).filter(({ code, path }) => {
    const value = path.reduce<unknown>((inner, step) => (inner as never)?.[step], config);
    return !isFormula(value) && !(code === 'invalid_union' && formulasIn(value).length > 0);
  });
  return [...expressions, ...issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))];
}

/** A schema that somebody sent may be one that no value can be held against. */
function parsedBy(schema: Module['config'], config: Fields): { readonly error?: z.ZodError | undefined } {
  try {
    return schema.safeParse(config, { error: plainWords });
  } catch (failure) {
    const message = `cannot be held against the schema of the module: ${messageOf(failure)}`;
    return { error: new z.ZodError([{ code: 'custom', path: [], message, input: config }]) };
  }
}
