/** Criteria are created, changed and looked up here. */
import { z } from 'zod';
import { MillraceError } from '../../kernel/errors.ts';
import type { Store } from '../../store/store.ts';
import { analyzerFamily, standingsOf } from '../ingest/analyzer.ts';
import { criterionName, deviceId, parseInput } from '../input.ts';
import { type Page, type PageRequest, pageOf, pageQuery } from '../page.ts';
import { commitSettings } from '../settings-commit.ts';
import { type CriteriaParts, type CriterionChange, changeOf, creationOf, getCriterion } from './change.ts';
import { checkCriteriaChange } from './change-job.ts';
import {
  type Criterion,
  type CriterionView,
  criterionFamily,
  criterionId,
  criterionOf,
  UNJUDGED,
} from './criterion.ts';
import { judgementFamily, judgementOf } from './judgement.ts';
import { type CriterionSettingsInput, parseSettings } from './settings.ts';

export type NewCriterion = {
  readonly device: string;
  readonly name: string;
  readonly settings: CriterionSettingsInput;
};

export interface Criteria {
  /** Throws `criterion.invalid`, `criterion.exists` or `device.unknown`. */
  create(input: NewCriterion, by: { readonly actor: string }): Promise<Criterion>;
  /** The next reading is judged by it. Throws `criterion.invalid` or `criterion.unknown`. */
  change(id: string, change: CriterionChange, by: { readonly actor: string }): Promise<Criterion>;
  /** Whether limits that were written into a task can be set. Throws `criterion.invalid` or `criterion.unknown`. */
  checkWritten(written: { readonly input: unknown; readonly variables: unknown }): Promise<void>;
  get(id: string): Promise<CriterionView>;
  /** By id; of one device when it is given. */
  list(request?: PageRequest & { readonly device?: string | undefined }): Promise<Page<CriterionView>>;
}

const head = z.strictObject({ device: deviceId, name: criterionName, settings: z.unknown() });

export function openCriteria(parts: CriteriaParts): Criteria {
  const { store } = parts;
  return {
    create: async (input, { actor }) => {
      const { device, name, settings: given } = parseInput(head, input, 'criterion.invalid');
      const settings = parseSettings(given);
      const id = criterionId(device, name);
      const criterion: Criterion = { id, device, name, version: 1, settings, updatedAt: store.now(), updatedBy: actor };
      return commitSettings(store, `criterion "${id}"`, async () => {
        const existing = await store.get(criterionFamily, [id]);
        if (existing !== undefined) throw new MillraceError('criterion.exists', { criterion: id });
        return { unit: await creationOf(parts, criterion), result: criterion };
      });
    },
    change: (id, change, { actor }) =>
      commitSettings(store, `criterion "${id}"`, async () => {
        const { unit, criteria } = await changeOf(parts, [{ id, change }], actor);
        return { unit, result: criteria[0] as Criterion };
      }),
    checkWritten: (written) => checkCriteriaChange(parts, written),
    get: async (id) => (await withStandings(store, [await getCriterion(store, id)]))[0] as CriterionView,
    list: async ({ device, ...request } = {}) => {
      const query = pageQuery(request, 1);
      const where = device === undefined ? {} : { device };
      const rows = await store.select(criterionFamily, { ...query, where, order: ['id'] });
      const page = pageOf(rows, { limit: query.limit, place: ({ id }) => [id], item: criterionOf });
      return { ...page, items: await withStandings(store, page.items) };
    },
  };
}

/** A criterion is judged as readings come, or by the analysis of a service; it has one standing. */
async function withStandings(store: Store, criteria: readonly Criterion[]): Promise<CriterionView[]> {
  const devices = [...new Set(criteria.map(({ device }) => device))];
  const [rows, judged] = await Promise.all([
    store.getMany(
      analyzerFamily,
      devices.map((device) => [device]),
    ),
    store.getMany(
      judgementFamily,
      criteria.map(({ id }) => [id]),
    ),
  ]);
  const standings = new Map(rows.flatMap((row) => (row === undefined ? [] : [...standingsOf(row)])));
  return criteria.map((criterion, place) => {
    const judgement = judged[place];
    const standing = standings.get(criterion.id) ?? (judgement && judgementOf(judgement).standing) ?? UNJUDGED;
    return { ...criterion, ...standing };
  });
}
