/**
 * Answers calls. The request is acked when its answer is on the way; if this process dies before, the broker hands it to
 * another one, which carries it out if it is idempotent and otherwise tells the caller that it was interrupted.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { type Delivery, JSON_CONTENT, type Message, TEXT_CONTENT } from '../broker.ts';
import { jsonText } from '../envelope.ts';
import type { AppParts } from './app-parts.ts';
import { RunContext } from './call-context.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from './operation.ts';
import { perform, read } from './perform.ts';
import type { ResultTopic } from './result-topic.ts';
import type { Outcome, Run } from './run.ts';
import { type Checked, check, plainText } from './schema.ts';
import { errorText, ServiceError, type WrittenError, writeError } from './service-error.ts';
import { isStream, type Streams } from './stream-server.ts';
import { header, waitOf } from './wire.ts';

export type RpcServer = {
  readonly carryOut: (run: Run) => unknown;
  readonly after: (run: Run, result: unknown) => unknown;
  readonly conclude: (run: Run, outcome: Outcome) => Promise<void>;
  readonly refuse: (message: Message, delivery: Delivery) => Promise<void>;
  readonly late: (run: Run) => Error;
};

type Answer = { readonly body: string; readonly headers: Record<string, string>; readonly contentType?: string };

type Parts = {
  readonly app: AppParts;
  readonly service: string;
  readonly streams: Streams;
  readonly results: ResultTopic;
  /** Whether the queue drains: a handler that fails then was most likely aborted. */
  readonly isStopping: () => boolean;
};

export function rpcServer({ app, service, streams, results, isStopping }: Parts): RpcServer {
  const answer = (message: Message, reply: Answer): Promise<void> => {
    const { replyTo, correlationId = message.id } = message;
    if (replyTo === undefined) return ANSWERED; // an answer was not asked for
    return app.broker.reply(replyTo, { id: app.nextId(), correlationId, at: app.clock.now(), ...reply });
  };
  const answerError = (message: Message, error: WrittenError): Promise<void> =>
    answer(message, { body: errorText(message.id, error), headers: { [header.error]: error.code } });

  const carryOut = (run: Run): unknown => {
    const { message, performer, delivery, texts } = run;
    const { name, operation } = performer;
    if (delivery.count > 1 && operation.idempotent !== true) {
      throw new MillraceError('bus.interrupted', { service, operation: name });
    }
    const performed = { message, attempt: delivery.attempt, context: new RunContext(run) };
    const input = read(performer, message, texts);
    if (!(input instanceof Promise)) return perform(performer, performed, input);
    return input.then((later) => perform(performer, performed, later));
  };

  const after = (run: Run, result: unknown): unknown => {
    if (isStream(result)) return streams.send(run, result).then(() => STREAMED);
    const { name, operation } = run.performer;
    if (operation.result === undefined) return result;
    const take = (checked: Checked): unknown => {
      if ('value' in checked) return checked.value;
      const problems = checked.problems.join('; ');
      throw new MillraceError('bus.invalid-result', { service, operation: name, problems });
    };
    const checking = check(operation.result, result);
    return checking instanceof Promise ? checking.then(take) : take(checking);
  };

  const resultText = ({ message, performer: { name, operation } }: Run, value: unknown): string => {
    if (operation.result === plainText) return String(value);
    try {
      return jsonText(message.id, value ?? null);
    } catch {
      throw new MillraceError('bus.invalid-result', { service, operation: name, problems: 'it is not JSON' });
    }
  };

  const succeed = async (run: Run, value: unknown): Promise<void> => {
    const text = resultText(run, value);
    if (run.performer.operation.topicTo !== undefined) await results.publish(run, { text });
    const isText = run.performer.operation.result === plainText;
    await answer(run.message, { body: text, headers: {}, contentType: isText ? TEXT_CONTENT : JSON_CONTENT });
    app.metrics.concluded(service, run.performer.name, 'done');
  };

  const failWith = async (run: Run, error: unknown): Promise<void> => {
    const { message, performer } = run;
    const isOwn = error instanceof ServiceError || error instanceof MillraceError;
    const fields = { service, operation: performer.name, messageId: message.id, err: error };
    if (!isOwn) app.log.error(fields, 'a call failed');
    const written = writeError(error, { service, operation: performer.name, id: message.id });
    await results.publish(run, { error: written });
    await answerError(message, written);
    app.metrics.concluded(service, performer.name, 'failed');
  };

  return {
    carryOut,
    after,
    conclude: async (run, outcome) => {
      const { delivery, performer } = run;
      if ('error' in outcome && isStopping() && run.cancellation.isAborted && performer.operation.idempotent === true) {
        return delivery.giveBack(); // another instance does it
      }
      if ('error' in outcome) await failWith(run, outcome.error);
      else if (outcome.value !== STREAMED) {
        await succeed(run, outcome.value).catch((error: unknown) => failWith(run, error));
      }
      delivery.ack();
    },
    refuse: async (message, delivery) => {
      const route = message.headers[header.route] ?? message.routingKey;
      const error = new MillraceError('bus.unknown-route', { service, route });
      app.metrics.concluded(service, '?', 'refused');
      app.log.warn({ service, messageId: message.id, route }, 'a call named no operation of the service');
      await answerError(message, writeError(error, { service, operation: route, id: message.id }));
      delivery.ack();
    },
    late: ({ performer, message }) => {
      const timeoutMs = waitOf(message, performer.operation.timeoutMs ?? DEFAULT_CALL_TIMEOUT_MS);
      app.metrics.concluded(service, performer.name, 'late');
      return new MillraceError('bus.call-timeout', { service, operation: performer.name, timeoutMs });
    },
  };
}

const STREAMED = Symbol('streamed');
const ANSWERED = Promise.resolve();
