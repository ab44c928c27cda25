/** What the configuration says of modules. */
import { loadModules } from '../process/modules/load-modules.ts';
import type { ModuleSettings } from '../process/modules/open-modules.ts';
import type { Config } from './config.ts';

/** Throws `module.cannot-load`. */
export async function moduleSettings({ modules, httpAllow = [], secrets }: Config): Promise<ModuleSettings> {
  const own = modules === undefined ? [] : await loadModules(modules);
  return { own, allow: httpAllow, secrets };
}
