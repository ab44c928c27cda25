/** Shift plans are created, changed, removed and looked up here; every change is in the feed with its actor. */
import { MillraceError } from '../../kernel/errors.ts';
import { measurementFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { append, isAbsent, isEqual, put, remove, type Write } from '../../store/unit.ts';
import { DEVICE_ID, parseInput } from '../input.ts';
import { type Page, type PageRequest, pageOf, pageQuery } from '../page.ts';
import { commitSettings } from '../settings-commit.ts';
import {
  type NewShiftPlan,
  newShiftPlan,
  type ShiftPlan,
  type ShiftPlanChange,
  shiftPlanChange,
  shiftPlanFamily,
  shiftPlanOf,
  shiftPlanRow,
} from './shift-plan.ts';

export interface ShiftPlans {
  /** Throws `shift-plan.invalid` or `shift-plan.exists`. */
  create(input: NewShiftPlan, by: { readonly actor: string }): Promise<ShiftPlan>;
  /** Changes the given parts. Throws `shift-plan.invalid` or `shift-plan.unknown`. */
  update(id: string, change: ShiftPlanChange, by: { readonly actor: string }): Promise<ShiftPlan>;
  remove(id: string, by: { readonly actor: string }): Promise<void>;
  get(id: string): Promise<ShiftPlan>;
  list(request?: PageRequest): Promise<Page<ShiftPlan>>;
}

export function openShiftPlans({ store }: { readonly store: Store }): ShiftPlans {
  const get = async (id: string): Promise<ShiftPlan> => {
    const row = DEVICE_ID.test(id) ? await store.get(shiftPlanFamily, [id]) : undefined;
    if (row === undefined) throw new MillraceError('shift-plan.unknown', { plan: id });
    return shiftPlanOf(row);
  };
  return {
    get,
    create: async (input, { actor }) => {
      const given = parseInput(newShiftPlan, input, 'shift-plan.invalid');
      const now = store.now();
      const plan: ShiftPlan = { ...given, version: 1, createdAt: now, updatedAt: now, updatedBy: actor };
      const guards = [isAbsent(shiftPlanFamily, [plan.id])];
      const writes = [put(shiftPlanFamily, shiftPlanRow(plan)), audit('created', { plan, old: null, now: plan })];
      const [verdict] = await store.commit([{ guards, writes }]);
      if (verdict === 'conflict') throw new MillraceError('shift-plan.exists', { plan: plan.id });
      return plan;
    },
    update: async (id, change, { actor }) => {
      const given = parseInput(shiftPlanChange, change, 'shift-plan.invalid');
      return commitSettings(store, `shift plan "${id}"`, async () => {
        const old = await get(id);
        const plan = { ...old, ...given, version: old.version + 1, updatedAt: store.now(), updatedBy: actor };
        const guards = [isEqual(shiftPlanFamily, [id], ['version', old.version])];
        const writes = [put(shiftPlanFamily, shiftPlanRow(plan)), audit('changed', { plan, old, now: plan })];
        return { unit: { guards, writes }, result: plan };
      });
    },
    remove: (id, { actor }) =>
      commitSettings(store, `shift plan "${id}"`, async () => {
        const old = await get(id);
        const plan = { ...old, updatedAt: store.now(), updatedBy: actor };
        const guards = [isEqual(shiftPlanFamily, [id], ['version', old.version])];
        const writes = [remove(shiftPlanFamily, [id]), audit('removed', { plan, old, now: null })];
        return { unit: { guards, writes }, result: undefined };
      }),
    list: async (request = {}) => {
      const query = pageQuery(request, 1);
      const rows = await store.select(shiftPlanFamily, { ...query, order: ['id'] });
      return pageOf(rows, { limit: query.limit, place: ({ id }) => [id], item: shiftPlanOf });
    },
  };
}

/** `plan` carries who did it and when. */
const audit = (
  verb: 'created' | 'changed' | 'removed',
  { plan, old, now }: { readonly plan: ShiftPlan; readonly old: ShiftPlan | null; readonly now: ShiftPlan | null },
): Write =>
  append(measurementFeed, {
    topic: `millrace.measurements.shift-plan.${verb}`,
    subject: plan.id,
    at: plan.updatedAt,
    actor: plan.updatedBy,
    body: JSON.stringify({ v: 1, plan: plan.id, old, new: now }),
  });
