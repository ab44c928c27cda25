/** Results to a topic: what `to` says. Published before the message is acked, so a crash in between repeats it under the same id. */
import type { AppParts } from './app-parts.ts';
import { traceIn } from './call-context.ts';
import { readParams, renderRoute } from './route.ts';
import type { Run } from './run.ts';
import { errorText, type WrittenError } from './service-error.ts';
import { header } from './wire.ts';

export type ResultTopic = {
  /** Nothing for an operation without `to`. A failure carries its code in the header `mr-error`. */
  publish(run: Run, result: { readonly text: string } | { readonly error: WrittenError }): Promise<void>;
};

export function resultTopic(app: AppParts): ResultTopic {
  return {
    publish: async ({ message, performer, texts }, result) => {
      const { topicTo, route } = performer.operation;
      if (topicTo === undefined) return;
      const params = paramsOr(() => readParams(route, texts ?? message.headers));
      if (params === undefined) return; // wrong parameters: there is no topic to tell it to
      const isError = 'error' in result;
      await app.broker.publish({
        id: `${message.id}:result`,
        routingKey: renderRoute(topicTo, params),
        body: isError ? errorText(message.id, result.error) : result.text,
        headers: { ...traceIn(message.headers), ...(isError && { [header.error]: result.error.code }) },
        correlationId: message.id,
        at: app.clock.now(),
      });
    },
  };
}

function paramsOr<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
