/**
 * Sends commands to a live analyzer: one way, judged before they leave, and done when the broker has them and a queue of
 * an analyzer took them. What nobody listens to would otherwise look like success.
 */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import { type Log, silentLog } from '../../kernel/log.ts';
import { type Broker, JSON_CONTENT, type Message } from '../broker.ts';
import { CLOSE_GRACE_MS, openUnderway } from '../underway.ts';
import { type CommandTable, commandBody } from './command-body.ts';
import { analyzerCommands, type Colormap, type RecordingMetadata } from './command-table.ts';
import { KEEPALIVE_EVERY_MS, type Keepalive, startKeepalive } from './keepalive.ts';

type BuiltIn = typeof analyzerCommands;

export type AnalyzerOptions<Own extends CommandTable> = {
  /** Default: {@link ANALYZER_EXCHANGE}. */
  readonly exchange?: string;
  /** Commands that this analyzer takes besides the built-in ones, or instead of one with the same name. */
  readonly commands?: Own;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Says when a keepalive is no longer heard. Default: nowhere. */
  readonly log?: Log;
  /** Default: random ones. */
  readonly newMessageId?: () => string;
  /** How long closing waits for confirms. Default: {@link CLOSE_GRACE_MS}. */
  readonly graceMs?: number;
};

export const ANALYZER_EXCHANGE = 'baby_analyzer_commands';

type SendOptions = { readonly signal?: AbortSignal };

/**
 * Every call resolves when the broker has confirmed and at least one queue took the command; it rejects with
 * `bus.invalid-command`, and nothing is sent, or with `bus.nobody-listens`.
 */
export type AnalyzerCommands<Table extends CommandTable = BuiltIn> = Service & {
  /** Any command of the table by its name; those below are the built-in ones. */
  send<Name extends keyof Table & string>(
    command: Name,
    value: z.input<Table[Name]['schema']>,
    options?: SendOptions,
  ): Promise<void>;
  /** Puts off the analyzer's end for want of interest. */
  sendKeepalive(source: string): Promise<void>;
  /** From sensor to sensor; the analyzer builds its pipeline anew. */
  sendRoiChange(start: number, end: number): Promise<void>;
  sendColormapChange(colormap: Colormap): Promise<void>;
  /** The values at the ends of the colours. */
  sendCaxisAdjust(min: number, max: number): Promise<void>;
  sendInputChanged(metadata: RecordingMetadata): Promise<void>;
  /** Queues whose length slows the analyzer down. */
  sendMonitorQueues(queues: readonly string[]): Promise<void>;
  /** Sends a keepalive now and again and again, until it or this client closes. */
  startKeepalive(source: string, options?: { readonly everyMs?: number }): Keepalive;
};

export function openAnalyzerCommands<Own extends CommandTable = Record<never, never>>(
  broker: Broker,
  options: AnalyzerOptions<Own> = {},
): AnalyzerCommands<Omit<BuiltIn, keyof Own> & Own> {
  const { clock = systemClock, log = silentLog, graceMs = CLOSE_GRACE_MS } = options;
  const underway = openUnderway({ clock, graceMs });
  const table: CommandTable = { ...analyzerCommands, ...options.commands };
  const keepalives = new Set<Service>();
  const bodyOf = (command: string, value: unknown) => commandBody(table, command, value);
  const send = (command: string, value: unknown, { signal }: SendOptions = {}): Promise<void> =>
    underway.run(async (either) => {
      const { key, body } = bodyOf(command, value);
      const { routed } = await broker.publish(messageOf({ key, body }, { ...options, clock }), { signal: either });
      if (!routed) throw new MillraceError('bus.nobody-listens', { command, exchange: exchangeOf(options), key });
    }, signal);
  const beat = (source: string, everyMs: number): Keepalive => {
    const loop = startKeepalive({
      beat: (signal) => send('keepalive', { source }, { signal }),
      ...{ source, everyMs, clock, log },
    });
    const keepalive = service({ isHeard: loop.isHeard }, async () => {
      await loop.close();
      keepalives.delete(keepalive);
    });
    keepalives.add(keepalive);
    return keepalive;
  };
  const commands = {
    send,
    sendKeepalive: (source: string) => send('keepalive', { source }),
    sendRoiChange: (start: number, end: number) => send('roi', { start, end }),
    sendColormapChange: (colormap: Colormap) => send('colormap', colormap),
    sendCaxisAdjust: (min: number, max: number) => send('caxis', { min, max }),
    sendInputChanged: (metadata: RecordingMetadata) => send('inputChanged', metadata),
    sendMonitorQueues: (queues: readonly string[]) => send('monitorQueues', { queues_to_monitor: queues }),
    startKeepalive: (source: string, { everyMs = KEEPALIVE_EVERY_MS } = {}) => {
      underway.assertOpen();
      bodyOf('keepalive', { source });
      return beat(source, everyMs);
    },
  };
  return service(commands, async () => {
    const ending = [...keepalives].map((keepalive) => keepalive.close());
    await Promise.all([...ending, underway.close()]);
  }) as AnalyzerCommands<Omit<BuiltIn, keyof Own> & Own>;
}

type Addressing = Pick<AnalyzerOptions<CommandTable>, 'exchange' | 'newMessageId'> & { readonly clock: Clock };

const exchangeOf = ({ exchange = ANALYZER_EXCHANGE }: { readonly exchange?: string }): string => exchange;

/** Without `expiresInMs`: a command outlives the broker's restart where the broker has that. */
function messageOf(
  { key, body }: { key: string; body: string },
  { clock, newMessageId = randomUUID, ...to }: Addressing,
): Message {
  return {
    id: newMessageId(),
    exchange: exchangeOf(to),
    routingKey: key,
    body,
    contentType: JSON_CONTENT,
    headers: {},
    at: clock.now(),
  };
}
