/** Proposed thresholds as the API shows them. */
import { z } from 'zod';
import type { ThresholdMeasure, ThresholdProposal } from '../../../client/wire-analyses.ts';
import type { Measure } from '../../../measurements/tune/sweep.ts';
import type { Proposal } from '../../../measurements/tune/tune.ts';

const estimate = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number() })
  .describe('A share, and the 95 % Wilson interval of it.')
  .nullable();
const measure = z
  .strictObject({
    threshold: z.number(),
    alarms: z.int().describe('All that it raises, labelled or not.'),
    caught: z.int().describe('Confirmed ones that it raises.'),
    missed: z.int().describe('Confirmed ones that it does not raise.'),
    falseAlarms: z.int().describe('Rejected ones that it raises.'),
    precision: estimate,
    recall: estimate,
  })
  .nullable();

const proposalSchema = z.strictObject({
  device: z.string(),
  field: z.string(),
  detector: z.string().nullable(),
  criterion: z.string().describe('Whose limit it is; null: the threshold of the detector.').nullable(),
  status: z.enum(['better', 'as-good', 'too-few-labels', 'too-many-readings']),
  labels: z.strictObject({ confirmed: z.int(), rejected: z.int() }),
  now: measure,
  proposed: measure,
  isSettable: z.boolean().describe('False: it stands in the declaration of a measurement service.'),
}) satisfies z.ZodType<ThresholdProposal>;

export const proposalsSchema = z.strictObject({ proposals: z.array(proposalSchema) });

export const proposalsView = (proposals: readonly Proposal[]): { proposals: ThresholdProposal[] } => ({
  proposals: proposals.map(({ labels, now, proposed, ...proposal }) => ({
    ...proposal,
    labels: { ...labels },
    now: now && measureView(now),
    proposed: proposed && measureView(proposed),
  })),
});

const measureView = ({ precision, recall, ...counts }: Measure): ThresholdMeasure => ({
  ...counts,
  precision: precision && { ...precision },
  recall: recall && { ...recall },
});
