/** The durable rows of decisions. */
import { defineFamily, type RowOf } from '../../store/family.ts';

/** A DMN file; immutable: a new version is a new row. */
export const decisionModelFamily = defineFamily({
  name: 'decision_model',
  columns: {
    /** The id of its `definitions`. */
    id: 'text',
    version: 'integer',
    name: 'text',
    namespace: 'text',
    /** The file as it was deployed. */
    xml: 'text',
    deployedAt: 'integer',
    deployedBy: 'text',
  },
  key: ['id', 'version'],
});
export type DecisionModelRow = RowOf<typeof decisionModelFamily>;

/** What can be asked, by key, and the newest version of the model in which it stands. */
export const decisionFamily = defineFamily({
  name: 'decision',
  columns: {
    /** The id of the decision or decision service in its file. */
    key: 'text',
    model: 'text',
    version: 'integer',
    name: 'text',
    /** decision or service */
    kind: 'text',
  },
  key: ['key'],
  indexes: [{ columns: ['model', 'key'] }],
});
export type DecisionRow = RowOf<typeof decisionFamily>;
