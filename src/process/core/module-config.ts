/**
 * The configuration of a module's step. A text that starts with "=" is a FEEL expression, wherever in it it stands; all are
 * evaluated when the step begins, and their values take their places.
 */
import type { Formula } from './definition.ts';
import { type Evaluated, evaluate, failed } from './evaluate.ts';
import type { Moment } from './span.ts';
import type { Variables } from './state.ts';

type Config = Readonly<Record<string, unknown>>;
/** The configuration with the values in the places of the expressions; a problem names the place. */
export function filled(
  at: Moment,
  { config, formulas }: { readonly config: Config; readonly formulas: readonly Formula[] },
  variables: Variables,
): Evaluated<Config> {
  if (formulas.length === 0) return { value: config };
  const made = structuredClone(config) as Config;
  for (const { path, value: expression } of formulas) {
    const { value, problem } = evaluate(at, expression, variables);
    if (problem !== undefined) return { problem: failed(`config.${path.join('.')}: ${problem.message}`) };
    const holder = path.slice(0, -1).reduce<unknown>((inner, step) => (inner as never)[step], made);
    (holder as Record<string | number, unknown>)[path.at(-1) as string | number] = value ?? null;
  }
  return { value: made };
}
