/**
 * The memory broker against RabbitMQ: random scripts must show the same on both. What may differ is declared: a message
 * that was requeued comes back to its place in memory and to the end on RabbitMQ, so later attempts are compared without
 * their order; the order of first deliveries is the same.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import type { Broker, Consumer, QueueKind } from '../../src/bus/broker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { freshRabbit, withoutRabbit } from '../fresh-rabbitmq.ts';

type Queue = {
  readonly kind: Exclude<QueueKind, 'temporary'>;
  readonly exchange: string;
  readonly patterns: readonly string[];
};
type Answer = 'ack' | 'reject' | 'requeue' | 'later' | 'throw';
type Step =
  | { readonly do: 'publish'; readonly exchange: string; readonly key: string; readonly expires: boolean }
  /** Consumes everything that is there; each message gets the answers in turn, an attempt each. */
  | { readonly do: 'drain'; readonly queue: number; readonly answers: readonly Answer[] }
  | { readonly do: 'replay' | 'drop'; readonly queue: number; readonly every: number };
type Script = { readonly queues: readonly Queue[]; readonly steps: readonly Step[] };

const word = fc.constantFrom('a', 'b');
const exchange = fc.constantFrom('plant.one', 'plant.two');
const queue: fc.Arbitrary<Queue> = fc.record({
  kind: fc.constantFrom('work', 'work', 'requests'),
  exchange,
  patterns: fc.uniqueArray(
    fc.array(fc.oneof(word, fc.constantFrom('*', '#')), { minLength: 1, maxLength: 3 }).map((words) => words.join('.')),
    { minLength: 1, maxLength: 2 },
  ),
});
const publish: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('publish'),
  exchange,
  key: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('.')),
  expires: fc.boolean().map((expires) => expires),
});
const place = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: publish },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('drain'),
      queue: place,
      answers: fc.array(fc.constantFrom<Answer>('ack', 'reject', 'requeue', 'later', 'throw'), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('replay', 'drop'),
      queue: place,
      every: fc.integer({ min: 1, max: 3 }),
    }),
  },
);
const script: fc.Arbitrary<Script> = fc.record({
  queues: fc.array(queue, { minLength: 1, maxLength: 3 }),
  steps: fc.array(step, { minLength: 3, maxLength: 14 }),
});

const MAX_DELIVERIES = 4;
const SOON_MS = 2;

/** Runs the script; answers all that can be seen of it. */
async function trace(broker: Broker, { queues, steps }: Script): Promise<unknown[]> {
  const seen: unknown[] = [];
  const subscriptionOf = (at: number) => {
    const { kind, exchange: from, patterns } = queues[at % queues.length] as Queue;
    return {
      queue: `q${at % queues.length}`,
      kind,
      exchange: from,
      patterns,
      prefetch: 1,
      maxDeliveries: MAX_DELIVERIES,
    };
  };
  for (const at of queues.keys())
    await (await broker.subscribe({ ...subscriptionOf(at), onMessage: () => {} })).close();
  let published = 0;
  const mortal = new Set<string>();
  const drained = (at: number, answers: readonly Answer[]): Promise<Drained> =>
    drain(broker, subscriptionOf(at), (id, attempt) => (mortal.has(id) ? 'ack' : (answers[attempt - 1] ?? 'ack')));
  for (const one of steps) {
    if (one.do === 'publish') {
      published += 1;
      if (one.expires) mortal.add(`m${published}`);
      const { key: routingKey, exchange: to, expires } = one;
      const message = { id: `m${published}`, exchange: to, routingKey, body: `${published}`, headers: {}, at: 0 };
      const { routed } = await broker.publish({ ...message, ...(expires && { expiresInMs: SOON_MS }) });
      seen.push(['published', published, routed]);
    } else if (one.do === 'drain') {
      await settled(broker, subscriptionOf(one.queue).queue);
      seen.push(['drained', one.queue % queues.length, await drained(one.queue, one.answers)]);
    } else {
      const { queue: name, kind } = subscriptionOf(one.queue);
      if (kind !== 'work') continue;
      await settled(broker, name);
      const ids = (await dead(broker, name)).map(([id]) => id).filter((_, at) => at % one.every === 0);
      seen.push([one.do, name, one.do === 'replay' ? await broker.replay(name, ids) : await broker.drop(name, ids)]);
    }
  }
  for (const at of queues.keys()) {
    await settled(broker, `q${at}`);
    seen.push(['rest', at, await drained(at, ['ack'])]);
  }
  for (const [at, { kind }] of queues.entries())
    if (kind === 'work') seen.push(['dead', at, await dead(broker, `q${at}`)]);
  return seen;
}

/** What expires has expired, and what a server moves has arrived. */
async function settled(broker: Broker, name: string): Promise<void> {
  let before = '';
  for (let quiet = 0; quiet < 3; ) {
    await systemClock.sleep(SOON_MS * 3);
    const now = JSON.stringify(await broker.queues([name]));
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

type Drained = { readonly first: readonly string[]; readonly all: readonly string[]; readonly dead: unknown };

async function drain(
  broker: Broker,
  subscription: Omit<Parameters<Broker['subscribe']>[0], 'onMessage'>,
  answerTo: (id: string, attempt: number) => Answer,
): Promise<Drained> {
  const all: string[] = [];
  const open = new Set<string>();
  let last = 0;
  const consumer: Consumer = await broker.subscribe({
    ...subscription,
    onMessage: ({ id }, delivery) => {
      last = performance.now();
      all.push(`${id} ${delivery.attempt}`);
      // A request is not tried again; what may expire meanwhile is not either.
      const answer = subscription.kind === 'requests' ? 'ack' : answerTo(id, delivery.attempt);
      const isLast = delivery.attempt >= MAX_DELIVERIES;
      if (answer === 'ack' || answer === 'reject' || isLast) open.delete(id);
      else open.add(id);
      if (answer === 'ack') delivery.ack();
      else if (answer === 'reject') delivery.reject({ reason: 'rejected' });
      else if (answer === 'requeue') delivery.reject({ reason: 'requeued', requeue: true });
      else if (answer === 'later') delivery.reject({ reason: 'later', requeue: true, afterMs: 1 });
      else throw new Error('thrown');
    },
  });
  // Empty: nothing is left to come back, and the broker says that nothing waits.
  for (;;) {
    const [state] = await broker.queues([subscription.queue]);
    const isQuiet = open.size === 0 && state?.ready === 0 && state.unacked === 0;
    if (isQuiet && performance.now() - last > QUIET_MS) break;
    await systemClock.sleep(2);
  }
  await consumer.close();
  const first = all.filter((one) => one.endsWith(' 1'));
  return { first, all: all.sort(), dead: subscription.kind === 'work' ? await dead(broker, subscription.queue) : [] };
}

const QUIET_MS = 15;

/** Ids and reasons, in the order of the ids: brokers say in their own words that a message expired. */
async function dead(broker: Broker, name: string): Promise<(readonly [string, string])[]> {
  const letters = await broker.deadLetters(name);
  const said = letters.map(({ message, reason }) => [message.id, /expired/.test(reason) ? 'expired' : reason] as const);
  return said.sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

describe.skipIf(withoutRabbit)('the memory broker', { timeout: 120_000 }, () => {
  it('shows the same as RabbitMQ, whatever is declared, published, consumed, given up and replayed', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        await using memory = openMemoryBroker({ clock: systemClock, log: silentLog });
        await using place = freshRabbit();
        const rabbit = await place.open();
        const [one, other] = await Promise.all([trace(memory, given), trace(rabbit, given)]);
        expect(one).toEqual(other);
      }),
      { numRuns: 25 },
    );
  });
});
