/** What definitions know of a decision: the model in which it stands, made ready. */
import { type CompiledModel, compileModel } from '../../feel/dmn/decisions.ts';
import { readModel } from '../../feel/dmn/reading/read-model.ts';
import type { DecisionFace, DecisionFaces } from '../core/decision-face.ts';
import { boundedTrace } from './bounded-trace.ts';

export type DecisionId = { readonly key: string; readonly version: number };

/** `compiled` is asked when the decision is. */
export const faceOf = ({ key, version }: DecisionId, compiled: () => CompiledModel): DecisionFace => ({
  key,
  version,
  evaluate: (variables, { now, timeZone }) => {
    const asked = { decision: key, input: variables, clock: { now, timeZone }, trace: true };
    const { value, ...trace } = compiled().evaluate(asked);
    return { value, trace: boundedTrace(trace) };
  },
});

/** The decisions of DMN files that import each other, without a store: for tests. Throws what reading a file throws. */
export function facesOfFiles(files: readonly string[]): DecisionFaces {
  const models = files.map(readModel);
  const imports = new Map(models.map((model) => [model.namespace, model]));
  const faces = models.flatMap((model) => {
    const compiled = compileModel(model, imports);
    return compiled.evaluables.map(({ id }): [string, DecisionFace] => [
      id,
      faceOf({ key: id, version: 1 }, () => compiled),
    ]);
  });
  const byKey = new Map(faces);
  return { get: (key) => byKey.get(key) };
}
