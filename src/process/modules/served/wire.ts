/**
 * What servers and services that do modules say to each other over the broker. A service offers the operation `runModule`
 * and says at its start which modules it does; a server asks for one step at a time. Durations are text, as in the API, so
 * that any language can join in.
 */
import { z } from 'zod';
import { settlement, settlementOf, settlementWords } from '../../../jobs/bus-desk/wire.ts';
import type { Settlement } from '../../../kernel/settlement.ts';

/** The server's own service, which hears what services do. */
export const MODULES_SERVICE = 'millrace-modules';
export const RUN_OPERATION = 'runModule';
/** Modules that one service says of itself at most. */
export const MAX_ANNOUNCED = 100;

const values = z.record(z.string(), z.unknown());

/** One step, as its service gets it. */
export const stepBody = z.object({
  module: z.string(),
  config: values,
  variables: values,
  node: z.string(),
  key: z.string(),
  attempt: z.int(),
});
export type StepBody = z.output<typeof stepBody>;

export const announceBody = z.object({ service: z.string(), modules: z.array(values).min(1).max(MAX_ANNOUNCED) });
export const heardBody = z.object({ service: z.string(), modules: z.array(z.string()).min(1).max(MAX_ANNOUNCED) });
/** Names that the server does not know of this service: it announces them again. */
export const heardAnswer = z.object({ unknown: z.array(z.string()) });

/** What a service answered; undefined: that is no settlement. */
export function settlementIn(answer: unknown): Settlement | undefined {
  try {
    return settlementOf(settlement.parse(answer));
  } catch {
    return undefined; // also a duration that is none
  }
}

export const answerOf = (made: Settlement): Record<string, unknown> => ({ ...settlementWords(made) });
