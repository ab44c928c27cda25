/**
 * The commands that a live analyzer takes, one entry each: under which routing key it listens, what the command is called
 * in the body, and what its value looks like. The analyzer is a foreign system; these names are its, not ours.
 */
import { z } from 'zod';

export type AnalyzerCommand = {
  readonly key: string;
  readonly type: string;
  readonly schema: z.ZodType;
};

export const COLORMAPS = ['parula', 'grayscale', 'jet'] as const;
export type Colormap = (typeof COLORMAPS)[number];

const name = z.string().min(1).max(255);
const index = z.number().int().nonnegative();
const positive = z.number().positive();

/** What the analyzer knows of its recording; a fibre may tell more. */
const recording = z.looseObject({
  prr: positive.describe('pulses a second'),
  num_samples_per_trace: z.number().int().positive(),
  dtype: name,
  dx: positive.nullish(),
  fiber_start_meters: z.number().nonnegative().nullish(),
  fiber_length_meters: positive.nullish(),
  sw_version: z.string().nullish(),
  number_of_channels: positive.nullish(),
});

export const analyzerCommands = {
  keepalive: { key: 'keepalive', type: 'KeepaliveCommand', schema: z.strictObject({ source: name }) },
  inputChanged: { key: 'input_changed', type: 'InputChangedCommand', schema: recording },
  colormap: { key: 'colormap', type: 'ColormapCommand', schema: z.enum(COLORMAPS) },
  caxis: {
    key: 'caxis',
    type: 'CaxisCommand',
    schema: z
      .strictObject({ min: z.number(), max: z.number() })
      .refine(({ min, max }) => min < max, 'expected min to be less than max'),
  },
  roi: {
    key: 'roi',
    type: 'RegionOfInterestCommand',
    schema: z
      .strictObject({ start: index, end: index })
      .refine(({ start, end }) => start < end, 'expected start to be less than end'),
  },
  monitorQueues: {
    key: 'monitor_queues',
    type: 'MonitorQueuesCommand',
    schema: z.strictObject({ queues_to_monitor: z.array(name).min(1).max(1_000) }),
  },
} as const satisfies Readonly<Record<string, AnalyzerCommand>>;

export type RecordingMetadata = z.input<typeof recording>;
