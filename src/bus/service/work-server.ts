/**
 * Carries out commands and events: at least once, a few times with pauses if it fails, and then to the dead letters with the
 * reason. A handler may answer with a settlement; what it returns otherwise is its result.
 */
import { backoffMs } from '../../kernel/backoff.ts';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { isSettlement, type Settlement } from '../../kernel/settlement.ts';
import type { Delivery, Message } from '../broker.ts';
import { jsonText } from '../envelope.ts';
import type { AppParts } from './app-parts.ts';
import { RunContext } from './call-context.ts';
import type { Dispatch } from './dispatch.ts';
import { Once } from './once.ts';
import { DEFAULT_ATTEMPT_TIMEOUT_MS, DEFAULT_RETRY, type RetryPolicy } from './operation.ts';
import { perform, read } from './perform.ts';
import type { ResultTopic } from './result-topic.ts';
import type { Outcome, Run } from './run.ts';
import { isFinal, ServiceError, writeError } from './service-error.ts';
import { header } from './wire.ts';

type Parts = {
  readonly app: AppParts;
  readonly service: string;
  readonly queue: string;
  readonly results: ResultTopic;
  readonly retry: Partial<RetryPolicy> | undefined;
  readonly isStopping: () => boolean;
  /** Finds the operation of another queue that a message means. */
  readonly elsewhere: Dispatch | undefined;
};
export type WorkServer = {
  readonly carryOut: (run: Run) => unknown;
  readonly after: (run: Run, result: unknown) => unknown;
  readonly conclude: (run: Run, outcome: Outcome) => Promise<void>;
  readonly refuse: (message: Message, delivery: Delivery) => Promise<void>;
  readonly late: (run: Run) => Error;
};

const REPEATED = Symbol('repeated');

export function workServer({ app, service, queue, results, retry, isStopping, elsewhere }: Parts): WorkServer {
  const once = new Once((id) => app.remembered.isKnown(queue, id));
  const policyOf = ({ performer: { operation } }: Run): RetryPolicy => ({
    ...DEFAULT_RETRY,
    ...retry,
    ...operation.retry,
  });
  const timeoutOf = ({ performer: { operation } }: Run): number => operation.timeoutMs ?? DEFAULT_ATTEMPT_TIMEOUT_MS;

  const carryOut = async (run: Run): Promise<unknown> => {
    const { message, performer, delivery, texts } = run;
    const isOnce = performer.operation.dedupMs !== undefined;
    if (isOnce && !(await once.begin(message.id, run))) return REPEATED;
    const input = await read(performer, message, texts);
    const intake = isOnce ? app.remembered.intake(queue, message.id) : undefined;
    const performed = { message, attempt: delivery.attempt, context: new RunContext(run), ...(intake && { intake }) };
    return perform(performer, performed, input);
  };

  const succeed = async (run: Run, value: unknown): Promise<void> => {
    const { message, performer, delivery } = run;
    const { dedupMs, topicTo } = performer.operation;
    if (topicTo !== undefined) await results.publish(run, { text: jsonText(message.id, value ?? null) });
    if (dedupMs !== undefined) await app.remembered.remember(queue, message.id, dedupMs);
    delivery.ack();
    app.metrics.concluded(service, performer.name, 'done');
  };

  const failWith = async (run: Run, error: unknown): Promise<void> => {
    const { message, performer, delivery } = run;
    const { attempts, ...backoff } = policyOf(run);
    const fields = { service, operation: performer.name, messageId: message.id, attempt: delivery.attempt };
    if (!isFinal(error) && delivery.attempt < attempts) {
      const afterMs = backoffMs(backoff, delivery.attempt, app.random);
      app.log.warn({ ...fields, afterMs, err: error }, 'a message could not be carried out; it is tried again');
      app.metrics.concluded(service, performer.name, 'retried');
      return delivery.reject({ reason: reasonOf(error), requeue: true, afterMs });
    }
    app.log.error({ ...fields, err: error }, 'a message was given up; it waits among the dead letters');
    await results.publish(run, { error: writeError(error, { service, operation: performer.name, id: message.id }) });
    delivery.reject({ reason: reasonOf(error) });
    app.metrics.concluded(service, performer.name, 'dead');
  };

  const settle = async (run: Run, settlement: Settlement): Promise<void> => {
    const { delivery, performer } = run;
    switch (settlement.kind) {
      case 'done':
        return succeed(run, settlement.output);
      case 'error':
        return failWith(run, new Error(settlement.message ?? settlement.code));
      case 'fail':
        return failWith(run, new Error(settlement.error));
      case 'discard':
        app.log.info({ service, messageId: run.message.id, reason: settlement.reason }, 'a message was discarded');
        app.metrics.concluded(service, performer.name, 'discarded');
        return delivery.ack();
      case 'snooze':
        return delivery.giveBack({ afterMs: settlement.delayMs });
      default:
        return settlement satisfies never;
    }
  };

  const concludeRun = async (run: Run, outcome: Outcome): Promise<void> => {
    const { delivery, performer } = run;
    if ('error' in outcome && isStopping() && run.cancellation.isAborted) return delivery.giveBack();
    if ('error' in outcome) return failWith(run, outcome.error);
    if (outcome.value === REPEATED) {
      app.metrics.concluded(service, performer.name, 'repeated');
      return delivery.ack();
    }
    if (isSettlement(outcome.value)) return settle(run, outcome.value);
    return succeed(run, outcome.value).catch((error: unknown) => failWith(run, error));
  };

  return {
    carryOut,
    after: (_, result) => result,
    conclude: (run, outcome) => concludeRun(run, outcome).finally(() => once.end(run.message.id, run)),
    refuse: (message, delivery) => refuse({ app, service, elsewhere }, message, delivery),
    late: (run) => {
      app.metrics.concluded(service, run.performer.name, 'late');
      return new Error(`it was not done within ${timeoutOf(run)} ms`);
    },
  };
}

/** What names an operation of another queue goes there; what names none is a dead letter. */
async function refuse(
  { app, service, elsewhere }: Pick<Parts, 'app' | 'service' | 'elsewhere'>,
  message: Message,
  delivery: Delivery,
): Promise<void> {
  const other = elsewhere?.(message);
  if (other !== undefined) {
    const headers = { ...message.headers, ...other.texts };
    await app.broker.publish({ ...message, headers, routingKey: `${service}.${other.name}` });
    return delivery.ack();
  }
  const route = message.headers[header.route] ?? message.routingKey;
  const { code, message: sentence } = new MillraceError('bus.unknown-route', { service, route });
  app.metrics.concluded(service, '?', 'refused');
  delivery.reject({ reason: `${code}: ${sentence}` });
}

/** What the dead letter says: the code first, so that letters of one kind are found together. */
function reasonOf(error: unknown): string {
  const code = error instanceof MillraceError || error instanceof ServiceError ? error.code : 'failed';
  return `${code}: ${messageOf(error)}`.slice(0, MAX_REASON_CHARACTERS);
}

const MAX_REASON_CHARACTERS = 500;
