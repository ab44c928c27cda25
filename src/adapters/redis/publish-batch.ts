/** Letters that leave in one call, written down for the publishing script. */
import type { Bindings, Route } from './bindings.ts';
import type { Letter } from './letter.ts';

export const MAX_BATCH = 128;
/** Of bodies; one letter may be larger. A call keeps the server busy for as long as it takes. */
const MAX_BATCH_CHARACTERS = 1_048_576;

/** How many of the letters from `from` on leave together. */
export function batchSize(letters: readonly Letter[], from: number, most: number): number {
  const limit = Math.min(most, MAX_BATCH, letters.length - from);
  let characters = 0;
  for (let count = 0; count < limit; count++) {
    characters += letters[from + count]?.body.length ?? 0;
    if (characters > MAX_BATCH_CHARACTERS && count > 0) return count;
  }
  return limit;
}

const NOTHING: Route = { queues: [], work: 0 };

/** The arguments of the script behind its limits, and of each letter how many queues have to see it settled. */
export function written(letters: readonly Letter[], bindings: Bindings): { args: string[]; works: number[] } {
  const routes: Route[] = [];
  const messages: string[] = [];
  const works: number[] = [];
  for (const { head, body, expiresInMs, to, tag = '' } of letters) {
    const expires = expiresInMs === undefined ? '' : String(Math.ceil(expiresInMs));
    if ('inbox' in to) {
      messages.push('0', head, body, expires, to.inbox, to.place);
      works.push(0);
      continue;
    }
    const route = bindings.routeOf(to.routingKey, to.exchange) ?? NOTHING;
    let number = routes.indexOf(route) + 1;
    if (number === 0) number = routes.push(route);
    messages.push(String(number), head, body, expires, route.work > 0 ? tag : '', '');
    works.push(route.work);
  }
  const destinations = routes.flatMap(({ queues }) => [
    String(queues.length),
    ...queues.flatMap(({ kind, name }) => [kind, name]),
  ]);
  return { args: [String(routes.length), ...destinations, ...messages], works };
}
