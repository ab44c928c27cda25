/** Rules about steps of modules: there is such a module, and it takes the configuration. */
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';

export function moduleBreaches({ elements, faces: { modules } }: Outline): Breach[] {
  if (modules === undefined) return [];
  return elements.flatMap(({ id, source }: Element): readonly Breach[] => {
    if (source.type !== 'module') return [];
    const face = modules.get(source.module);
    if (face === undefined) {
      const message = `"${id}" is a step of the module "${source.module}", which does not exist here; GET /api/v1/modules lists those that do.`;
      return [{ rule: 'module.unknown', element: id, message }];
    }
    return face.problems(source.config ?? {}).map(({ path, message }) => ({
      rule: 'module.config',
      element: id,
      message: `${['config', path].filter(Boolean).join('.')}: ${message}.`,
    }));
  });
}
