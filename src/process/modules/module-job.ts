/** The handler of the jobs that do the steps of modules. */
import { z } from 'zod';
import type { JobContext } from '../../jobs/worker.ts';
import { formatJobId } from '../../kernel/ids.ts';
import { plainWords } from '../../kernel/plain-words.ts';
import { discard, type Settlement } from '../../kernel/settlement.ts';
import type { Module, ModuleServices } from './module.ts';

const payloadSchema = z.object({
  config: z.record(z.string(), z.unknown()),
  variables: z.record(z.string(), z.unknown()),
  node: z.string(),
  at: z.number(),
});

type ModuleJob = Pick<JobContext, 'id' | 'payload' | 'attempt' | 'signal'>;

/** What an expression gave is checked here; trying again would not change it. */
export async function runModule(module: Module, job: ModuleJob, services: ModuleServices): Promise<Settlement> {
  const payload = payloadSchema.safeParse(job.payload);
  if (!payload.success) return discard('The payload is not that of a step of a module.');
  const { config: given, variables, node, at } = payload.data;
  const config = module.config.safeParse(given, { error: plainWords });
  if (!config.success) {
    const problems = config.error.issues.map(({ path, message }) => `config.${path.map(String).join('.')}: ${message}`);
    return discard(`The module "${module.name}" does not take this: ${problems.join('; ')}`);
  }
  const { attempt, signal } = job;
  const key = `${formatJobId(job.id)}.${at.toString(36)}`;
  return module.run({ config: config.data, variables, node, key, attempt, signal, services });
}
