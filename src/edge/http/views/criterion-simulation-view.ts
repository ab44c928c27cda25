/** What a criterion would have made of the past, as the API shows it. */
import { z } from 'zod';
import type {
  SimulatedFiring as WireFiring,
  SimulatedSettings as WireSettings,
  CriterionSimulation as WireSimulation,
} from '../../../client/wire-simulation.ts';
import type {
  CriterionSimulation,
  SimulatedFiring,
  SimulatedSettings,
} from '../../../measurements/criterion/simulate.ts';
import { isoTime, time } from '../wire-schema.ts';
import { settingsOf, settingsSchema } from './criterion-view.ts';

const firing = z.strictObject({
  at: time,
  since: time.describe('When the signal went beyond the limit.'),
  until: time.nullable().describe('null: it had not cleared at the end.'),
  value: z.number(),
});

const simulated = z.strictObject({
  settings: settingsSchema,
  count: z.int(),
  firings: z.array(firing).describe('The first 1,000.'),
  labelled: z
    .strictObject({ hit: z.int(), missed: z.int(), falseAlarms: z.int() })
    .nullable()
    .describe(
      'Confirmed anomalies of the signal at which it fired, those at which it did not, and rejected ones at which it fired. null: none has a label.',
    ),
});

export const criterionSimulationSchema = z.strictObject({
  criterion: z.string(),
  from: time,
  to: time,
  readings: z.int(),
  current: simulated,
  proposed: simulated,
  onlyCurrent: z.array(firing).describe('Firings of the one at times at which the other is quiet; the first 1,000.'),
  onlyProposed: z.array(firing),
}) satisfies z.ZodType<WireSimulation>;

export const criterionSimulationView = (simulation: CriterionSimulation): WireSimulation => ({
  criterion: simulation.criterion.id,
  from: isoTime(simulation.from),
  to: isoTime(simulation.to),
  readings: simulation.readings,
  current: settingsView(simulation.current),
  proposed: settingsView(simulation.proposed),
  onlyCurrent: simulation.onlyCurrent.map(firingView),
  onlyProposed: simulation.onlyProposed.map(firingView),
});

const settingsView = ({ settings, count, firings, labelled }: SimulatedSettings): WireSettings => ({
  settings: settingsOf(settings),
  count,
  firings: firings.map(firingView),
  labelled: labelled ?? null,
});

const firingView = ({ at, since, until, value }: SimulatedFiring): WireFiring => ({
  at: isoTime(at),
  since: isoTime(since),
  until: until === undefined ? null : isoTime(until),
  value,
});
