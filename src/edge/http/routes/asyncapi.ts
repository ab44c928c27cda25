/** The document about the message services: made of what they say of themselves when it is asked for. */
import { z } from 'zod';
import { type AsyncApi, asyncApiOf } from '../../../bus/asyncapi/asyncapi.ts';
import type { Instant } from '../../../kernel/clock.ts';
import type { Services } from '../../services.ts';
import { type Route, route } from '../route.ts';

/** How long the document is given again. */
const ASYNCAPI_KEPT_MS = 3_000;

/** Asking every app who it is takes a moment; whoever asks meanwhile, or soon after, gets the same answer. */
export function asyncApiRoute(area: string, version: string): Route {
  let last: { readonly at: Instant; readonly document: Promise<AsyncApi> } | undefined;
  const documentOf = async ({ bus, brokerAddress }: Services): Promise<AsyncApi> =>
    asyncApiOf(await bus.services(), { title: 'Millrace', version, ...brokerAddress });
  return route({
    method: 'GET',
    path: '/asyncapi.json',
    audience: 'signed-in',
    area,
    summary: 'The message services that answer at the moment as AsyncAPI 3.0.',
    answer: { status: 200, schema: z.looseObject({ asyncapi: z.string() }) },
    run: ({ services }) => {
      const at = services.clock.now();
      if (last === undefined || at - last.at >= ASYNCAPI_KEPT_MS) {
        const document = documentOf(services);
        last = { at, document };
        document.catch(() => {
          last = undefined;
        });
      }
      return last.document;
    },
  });
}
