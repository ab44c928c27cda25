/** What a service says of a module that it does: everything that a definition needs to know of it, as plain data. */
import { z } from 'zod';
import { MillraceError } from '../../../kernel/errors.ts';
import { plainWords } from '../../../kernel/plain-words.ts';
import { formProblem } from '../../core/form.ts';

/** How long a service may take for one step at most, and when nothing is said. Longer work answers `snooze`. */
export const MAX_STEP_MS = 60_000;
export const DEFAULT_STEP_MS = 30_000;
export const MAX_OUTCOMES = 50;
/** Of the JSON Schema of a configuration. */
export const MAX_SCHEMA_DEPTH = 32;

const MODULE_NAME = /^[a-z][a-z0-9-]{0,49}$/;
const SERVICE_NAME = /^[A-Za-z][\w-]{0,99}$/;
const NAME = /^[A-Za-z_][\w.-]{0,99}$/;
/** Text that every store can keep: no NUL, no half of a surrogate pair. */
const STORABLE = /^[^\0\p{Surrogate}]*$/u;

const words = (longest: number) => z.string().min(1).max(longest).regex(STORABLE, 'has characters that cannot be kept');

const formSchema = z.strictObject({
  title: words(100),
  summary: words(500),
  config: z.record(z.string(), z.unknown()),
  outcomes: z
    .array(z.string().regex(NAME, 'must be a name of letters, digits, "_", "." and "-"'))
    .min(1)
    .max(MAX_OUTCOMES),
  outcomesFrom: z.string().regex(NAME).optional(),
  onLost: z.enum(['retry', 'hold']).default('retry'),
  timeoutMs: z.int().min(1).max(MAX_STEP_MS).default(DEFAULT_STEP_MS),
});

const registrationSchema = formSchema.extend({
  name: z.string().regex(MODULE_NAME, 'must be lower-case letters, digits and hyphens, from a letter on'),
  service: z.string().regex(SERVICE_NAME, 'must be the name of a message service'),
});

/** As it is kept. */
export type ModuleForm = z.output<typeof formSchema>;
export type Registration = z.output<typeof registrationSchema>;

/** What somebody says of a module, checked. Throws `module.invalid`. */
export function parseRegistration(said: unknown): Registration {
  const { data, error } = registrationSchema.safeParse(said, { error: plainWords });
  if (error !== undefined) {
    const problems = error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    throw invalid(nameIn(said), problems.join('; '));
  }
  const problem = schemaProblem(data);
  if (problem !== undefined) throw invalid(data.name, problem);
  return data;
}

const invalid = (name: string, problem: string): MillraceError =>
  new MillraceError('module.invalid', { name, problem: problem.slice(0, 1_000) });

const nameIn = (said: unknown): string =>
  String((said as { name?: unknown } | null | undefined)?.name ?? '').slice(0, 100);

function schemaProblem({ config, outcomesFrom }: Registration): string | undefined {
  if (depthOf(config) > MAX_SCHEMA_DEPTH) return `config: it is nested more than ${MAX_SCHEMA_DEPTH} deep`;
  const problem = formProblem(config);
  if (problem !== undefined) return `config: as a JSON Schema, ${problem}`;
  if (!canBeAsked(config)) return 'config: as a JSON Schema, it points at itself';
  if (!STORABLE.test(JSON.stringify(config))) return 'config: has characters that cannot be kept';
  if (outcomesFrom !== undefined && !Object.hasOwn(config.properties as object, outcomesFrom))
    return `outcomesFrom: config has no property "${outcomesFrom}"`;
  return undefined;
}

/** Whether anything can be held against it: a part that is nothing but itself would be followed for ever. */
function canBeAsked(config: Registration['config']): boolean {
  try {
    z.fromJSONSchema(config as Parameters<typeof z.fromJSONSchema>[0]).safeParse({});
    return true;
  } catch {
    return false;
  }
}

/** Without recursion: it is asked before anything else is known of the value. */
function depthOf(value: unknown): number {
  let depth = 0;
  for (let level: unknown[] = [value]; level.length > 0 && depth <= MAX_SCHEMA_DEPTH; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return depth;
}
