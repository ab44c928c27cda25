/** A criterion is a named, versioned, audited setting of a device: it says when a signal matters. */
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { type CriterionState, IDLE, type Reading } from './evaluate.ts';
import type { CriterionSettings } from './settings.ts';

/** Of one device. */
export const MAX_CRITERIA = 200;

export const criterionFamily = defineFamily({
  name: 'criterion',
  area: 'measurements',
  columns: {
    /** `<device>.<name>` */
    id: 'text',
    device: 'text',
    name: 'text',
    version: 'integer',
    /** JSON. */
    settings: 'text',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['id'],
  indexes: [{ columns: ['device', 'id'] }],
});
export type CriterionRow = RowOf<typeof criterionFamily>;

export type Criterion = {
  readonly id: string;
  readonly device: string;
  readonly name: string;
  readonly version: number;
  readonly settings: CriterionSettings;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
};
/** A criterion and where it stands; `last` is what it judged last, null: nothing yet. */
export type CriterionView = Criterion & CriterionStanding;
export type CriterionStanding = { readonly state: CriterionState; readonly last: Reading | null };
export const UNJUDGED: CriterionStanding = { state: IDLE, last: null };

export const criterionId = (device: string, name: string): string => `${device}.${name}`;

export const criterionOf = (row: CriterionRow): Criterion => ({
  ...row,
  settings: JSON.parse(row.settings) as CriterionSettings,
});
export const criterionRow = (criterion: Criterion): CriterionRow => ({
  ...criterion,
  settings: JSON.stringify(criterion.settings),
});
