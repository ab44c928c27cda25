/** Modules come while a server runs: their kinds are declared and worked on as soon as it knows of them. */
import type { Handler } from '../jobs/worker.ts';
import { moduleKind } from '../process/core/module-face.ts';
import type { ModuleServices } from '../process/modules/module.ts';
import { runNamed } from '../process/modules/module-job.ts';
import type { ModuleRegister } from '../process/modules/served/register.ts';
import type { Spine } from './spine.ts';

/** The server's own kinds; what is compiled of definitions counts on what the modules were before. */
export function declareModules(register: ModuleRegister, { jobs, process }: Pick<Spine, 'jobs' | 'process'>): void {
  const declare = (): void => {
    for (const { name, onLost } of register.everKnown())
      jobs.kinds.declare(moduleKind(name), { onLost }, { isInternal: true });
  };
  declare();
  register.onChange(() => {
    declare();
    process.definitions.forgetSettings();
  });
}

type ModuleWork = {
  readonly register: ModuleRegister;
  readonly services: ModuleServices;
  /** Starts a worker for a kind. */
  readonly work: (kind: string, handler: Handler) => void;
};

/** Also on those that were removed: a step that waits for one is told so. */
export function workOnModules({ register, services, work }: ModuleWork): void {
  const working = new Set<string>();
  const workOnAll = (): void => {
    for (const { name } of register.everKnown()) {
      if (working.has(name)) continue;
      working.add(name);
      work(moduleKind(name), (job) => runNamed({ register, services }, name, job));
    }
  };
  workOnAll();
  register.onChange(workOnAll);
}
