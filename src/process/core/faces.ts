/** What a definition relies on beside its own text. What is undefined is not asked. */
import type { DecisionFaces } from './decision-face.ts';
import type { ModuleFaces } from './module-face.ts';

export type Faces = {
  readonly modules?: ModuleFaces | undefined;
  readonly decisions?: DecisionFaces | undefined;
};
