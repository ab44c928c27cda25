/** What a definition would have made of past instances, as the API shows it. */
import { z } from 'zod';
import type { SimulatedCourse, DefinitionSimulation as WireSimulation } from '../../../client/wire-simulation.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { formatInstanceId } from '../../../kernel/ids.ts';
import type { Course } from '../../../process/simulation/compare.ts';
import type { DefinitionSimulation } from '../../../process/simulation/simulate.ts';
import { durationText, instanceIdText, label } from '../wire-schema.ts';

const sides = <Schema extends z.ZodType>(schema: Schema) => z.strictObject({ past: schema, proposed: schema });
const counts = z.record(z.string(), z.int());

const course = z.strictObject({
  status: z.enum(['completed', 'cancelled', 'stuck', 'looped']),
  ends: z.array(z.string()).describe('End events that were reached.'),
  path: z
    .array(z.strictObject({ node: z.string(), outcome: z.string().exactOptional() }))
    .describe('Activities and events with their outcomes, and end events; the first 200.'),
  took: durationText,
});

export const definitionSimulationSchema = z.strictObject({
  key: z.string(),
  version: z.int().nullable().describe('null: it is not deployed.'),
  against: z.string(),
  seed: z.int(),
  instances: z.int(),
  skipped: z
    .strictObject({ changedCourse: z.int(), noHistory: z.int() })
    .describe('Not run: people suspended, moved or migrated them, or not all of their history is kept.'),
  cutShort: z.boolean().describe('Not all that were asked for: it took too long.'),
  completed: z.int(),
  cancelled: z.int(),
  stuck: z.int(),
  looped: z.int(),
  differ: z.int().describe('Whose course is another one.'),
  endOtherwise: z.int().describe('Of these: those that end otherwise.'),
  ends: sides(counts).describe('How many instances reached an end event.'),
  steps: z
    .array(
      z.strictObject({
        node: z.string(),
        name: label,
        ...sides(z.strictObject({ count: z.int(), outcomes: counts })).shape,
      }),
    )
    .describe('In the order of the definition.'),
  median: sides(durationText.nullable()).describe('Of those that completed.'),
  examples: z
    .array(z.strictObject({ instance: instanceIdText, ...sides(course).shape }))
    .describe('Up to 20 whose course is another one; those that end otherwise first.'),
  troubles: z
    .array(
      z.strictObject({
        node: z.string(),
        code: z.string(),
        message: z.string(),
        instance: instanceIdText,
        count: z.int(),
      }),
    )
    .describe('Incidents, and answers of the past that the definition would refuse; each with an example.'),
  guessed: counts.describe('Nodes at which the past had no answer, and how often one was guessed.'),
}) satisfies z.ZodType<WireSimulation>;

export function definitionSimulationView(simulation: DefinitionSimulation): WireSimulation {
  const { version, medianMs, isCutShort, examples, troubles, steps, ends, ...rest } = simulation;
  return {
    ...rest,
    version: version ?? null,
    cutShort: isCutShort,
    ends: { past: { ...ends.past }, proposed: { ...ends.proposed } },
    steps: steps.map((step) => ({ ...step })),
    median: { past: medianText(medianMs.past), proposed: medianText(medianMs.proposed) },
    examples: examples.map(({ instance, past, proposed }) => ({
      instance: formatInstanceId(instance),
      past: courseView(past),
      proposed: courseView(proposed),
    })),
    troubles: troubles.map((trouble) => ({ ...trouble, instance: formatInstanceId(trouble.instance) })),
  };
}

const medianText = (ms: number | undefined): string | null => (ms === undefined ? null : formatDuration(ms));

const courseView = ({ status, ends, path, lastedMs }: Course): SimulatedCourse => ({
  status,
  ends: [...ends],
  path: path.map((each) => ({ ...each })),
  took: formatDuration(lastedMs),
});
