/** What apps tell each other beside the work: a call was cancelled, a stream may go on, somebody asks who is there. */
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Service } from '../../kernel/lifecycle.ts';
import type { Message } from '../broker.ts';
import { jsonText, jsonValue } from '../envelope.ts';
import type { AppParts } from './app-parts.ts';
import type { ServiceDefinition } from './definition.ts';
import { describeApp } from './description.ts';
import type { ServingService } from './serve-service.ts';
import type { Streams } from './stream-server.ts';
import { appKey, CONTROL_EXCHANGE, type Control, cancelKey, EVERYBODY_KEY } from './wire.ts';

type Controlled = {
  readonly serving: readonly ServingService[];
  readonly streams: Streams;
  readonly definitions: readonly ServiceDefinition[];
};

const PREFETCH = 1_000;

/** Listens as long as the app lives. An app that serves nothing has nothing to be told. */
export async function listenToControl(app: AppParts, controlled: Controlled): Promise<Service> {
  const { definitions } = controlled;
  if (definitions.length === 0) return { close: async () => {}, [Symbol.asyncDispose]: async () => {} };
  return app.broker.subscribe({
    queue: `millrace.app.${app.id}`,
    kind: 'temporary',
    exchange: CONTROL_EXCHANGE,
    patterns: [appKey(app.id), EVERYBODY_KEY, ...definitions.map(({ name }) => cancelKey(name))],
    prefetch: PREFETCH,
    onMessage: async (message, delivery) => {
      delivery.ack();
      try {
        await obey(app, controlled, message);
      } catch (error) {
        app.log.warn({ messageId: message.id, reason: messageOf(error) }, 'a control message could not be understood');
      }
    },
  });
}

async function obey(app: AppParts, { serving, streams, definitions }: Controlled, message: Message): Promise<void> {
  const control = jsonValue(message) as Control;
  switch (control.kind) {
    case 'cancel': {
      const reason = new MillraceError('bus.call-cancelled', {
        operation: 'it',
        service: 'service',
        reason: control.reason,
      });
      for (const one of serving) one.cancel(control.call, reason);
      return;
    }
    case 'credit':
      return streams.credit(control.call, control.items);
    case 'describe': {
      const { replyTo, correlationId = message.id } = message;
      if (replyTo === undefined) return;
      const id = app.nextId();
      const load = serving.flatMap((one) => one.load());
      const body = jsonText(id, describeApp(app, { definitions, load }));
      return app.broker.reply(replyTo, { id, correlationId, body, headers: {}, at: app.clock.now() });
    }
    default:
      control satisfies never;
  }
}
