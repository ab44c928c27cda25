/** Sends each command that an analyzer takes, once, and says which were heard. A live analyzer carries them out. */
import type { z } from 'zod';
import { messageOf } from '../../kernel/errors.ts';
import { ANALYZER_EXCHANGE, openAnalyzerCommands } from '../analyzer/analyzer-client.ts';
import { analyzerCommands } from '../analyzer/command-table.ts';
import type { Broker } from '../broker.ts';
import { confirmed } from './confirmed.ts';

type Values = { readonly [Name in keyof typeof analyzerCommands]: z.input<(typeof analyzerCommands)[Name]['schema']> };

/** Values that every analyzer can live with. */
const VALUES: Values = {
  keepalive: { source: 'millrace' },
  inputChanged: { prr: 1_000, num_samples_per_trace: 1_024, dtype: 'float32' },
  colormap: 'jet',
  caxis: { min: -10, max: 10 },
  roi: { start: 0, end: 100 },
  monitorQueues: { queues_to_monitor: ['millrace'] },
};

export type CommandTrial = {
  readonly command: string;
  readonly key: string;
  /** Whether a queue of an analyzer took it. */
  readonly isHeard: boolean;
  /** Why not. */
  readonly reason?: string;
};
export type AnalyzerTrial = { readonly exchange: string; readonly commands: readonly CommandTrial[] };

export async function tryAnalyzerCommands(broker: Broker): Promise<AnalyzerTrial> {
  await using analyzer = openAnalyzerCommands(broker);
  const commands: CommandTrial[] = [];
  for (const command of Object.keys(VALUES) as (keyof Values)[]) {
    const { key } = analyzerCommands[command];
    const failure = await confirmed((signal) => analyzer.send(command, VALUES[command], { signal })).then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    commands.push({ command, key, isHeard: failure === undefined, ...(failure !== undefined && { reason: failure }) });
  }
  return { exchange: ANALYZER_EXCHANGE, commands };
}
