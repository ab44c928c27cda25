/** What `#/definitions/Node` means inside of a JSON Schema. */
import { isRecord } from '../api/http.ts';

export function referred(reference: string, root: unknown): unknown {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return steps.reduce<unknown>(
    (at, step) => (isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined),
    withoutReference(root),
  );
}

/** A schema may be one of its own parts. */
const withoutReference = (root: unknown): unknown => {
  if (!isRecord(root)) return root;
  const { $ref: _, ...rest } = root;
  return rest;
};
