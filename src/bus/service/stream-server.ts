/**
 * Streaming results: a handler that yields. Items go to the caller's inbox one by one, as far as its credit reaches; the
 * reader gives more as it reads. A reader that gives none for long has gone, and the handler is ended.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { jsonText } from '../envelope.ts';
import type { AppParts } from './app-parts.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from './operation.ts';
import type { Run } from './run.ts';
import { header, STREAM_CREDIT } from './wire.ts';

export type Streams = {
  /** Resolves when all items and the end have been sent. Throws what the handler throws. */
  send(run: Run, items: AsyncIterable<unknown>): Promise<void>;
  /** The reader of the call with this id takes so many more. */
  credit(call: string, items: number): void;
};

/** A credit that is no number means the usual one. */
function creditIn(text: string | undefined): number {
  const credit = Number(text);
  return Number.isSafeInteger(credit) && credit > 0 ? credit : STREAM_CREDIT;
}

export const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** How long a stream waits for a reader that has stopped reading. */
export const STREAM_STALL_MS = 60_000;

type Flow = { credit: number; wake: (() => void) | undefined };

export function openStreams(app: AppParts): Streams {
  const flows = new Map<string, Flow>();

  const send = async (run: Run, items: AsyncIterable<unknown>): Promise<void> => {
    const { message, cancellation } = run;
    const flow: Flow = { credit: creditIn(message.headers[header.credit]), wake: undefined };
    flows.set(message.id, flow);
    const stopListening = cancellation.onAbort(() => flow.wake?.());
    try {
      let place = 0;
      for await (const item of items) {
        await room(run, flow);
        await reply(run, jsonText(message.id, item ?? null), { [header.seq]: String(place++) });
      }
      await reply(run, 'null', { [header.seq]: String(place), [header.end]: 'yes' });
      app.metrics.concluded(run.performer.service, run.performer.name, 'done');
    } finally {
      stopListening();
      flows.delete(message.id);
    }
  };

  /** Each item gives the stream new time: a deadline is about the next item, not about the last. */
  const room = async (run: Run, flow: Flow): Promise<void> => {
    if (flow.credit <= 0) run.deadline = app.clock.now() + STREAM_STALL_MS;
    while (flow.credit <= 0 && !run.cancellation.isAborted) {
      await new Promise<void>((resolve) => {
        flow.wake = resolve;
      });
      flow.wake = undefined;
    }
    const { service, name: operation } = run.performer;
    if (run.cancellation.isAborted) {
      throw new MillraceError('bus.call-cancelled', { service, operation, reason: 'nobody reads it any more' });
    }
    flow.credit -= 1;
    run.deadline = app.clock.now() + (run.performer.operation.timeoutMs ?? DEFAULT_CALL_TIMEOUT_MS);
  };

  const reply = async ({ message }: Run, body: string, headers: Record<string, string>): Promise<void> => {
    const { replyTo, correlationId = message.id } = message;
    if (replyTo === undefined) return;
    headers[header.from] = app.id;
    await app.broker.reply(replyTo, { id: app.nextId(), correlationId, body, headers, at: app.clock.now() });
  };

  return {
    send,
    credit: (call, items) => {
      const flow = flows.get(call);
      if (flow === undefined) return;
      flow.credit += items;
      flow.wake?.();
    },
  };
}
