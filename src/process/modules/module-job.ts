/** The handler of the jobs that do the steps of modules. */
import { z } from 'zod';
import type { JobContext } from '../../jobs/worker.ts';
import { formatJobId } from '../../kernel/ids.ts';
import { plainWords } from '../../kernel/plain-words.ts';
import { discard, type Settlement } from '../../kernel/settlement.ts';
import type { Module, ModuleContext, ModuleServices } from './module.ts';
import type { ModuleRegister } from './served/register.ts';

const payloadSchema = z.object({
  config: z.record(z.string(), z.unknown()),
  variables: z.record(z.string(), z.unknown()),
  node: z.string(),
  at: z.number(),
});

type ModuleJob = Pick<JobContext, 'id' | 'payload' | 'attempt' | 'signal'>;

/** Does one try at a step of the module with this name, as the register has it at this moment. */
export async function runNamed(
  { register, services }: { readonly register: ModuleRegister; readonly services: ModuleServices },
  name: string,
  job: ModuleJob,
): Promise<Settlement> {
  if (register.get(name) === undefined) await register.refresh();
  const module = register.get(name);
  return module === undefined
    ? discard(goneText(name, register.served(name)?.removedBy))
    : runModule(module, job, services);
}

/** Does one try at a step of a module; the payload is that of its job. */
export async function runModule(module: Module, job: ModuleJob, services: ModuleServices): Promise<Settlement> {
  const payload = payloadSchema.safeParse(job.payload);
  if (!payload.success) return discard('The payload is not that of a step of a module.');
  const { config, variables, node, at } = payload.data;
  const { attempt, signal } = job;
  const key = `${formatJobId(job.id)}.${at.toString(36)}`;
  return runStep(module, { config, variables, node, key, attempt, signal, services });
}

/** What an expression gave is checked here; trying again would not change it. */
export async function runStep(module: Module, step: ModuleContext<unknown>): Promise<Settlement> {
  const config = module.config.safeParse(step.config, { error: plainWords });
  if (config.success) return module.run({ ...step, config: config.data });
  const problems = config.error.issues.map(({ path, message }) => `config.${path.map(String).join('.')}: ${message}`);
  return discard(`The module "${module.name}" does not take this: ${problems.join('; ')}`);
}

const goneText = (name: string, by: string | null | undefined): string =>
  `There is no module "${name}" any more${by == null ? '' : `: ${by} removed it`}. Register it again and retry, or move the instance.`;
