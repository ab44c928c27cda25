/** The process of the demo plant: the same file that examples/ shows. */
import { readFileSync } from 'node:fs';

export function defectProcess(): { readonly key: string; readonly [member: string]: unknown } {
  return JSON.parse(readFileSync(new URL('../../examples/equipment-defect/process.json', import.meta.url), 'utf8')) as {
    key: string;
  };
}
