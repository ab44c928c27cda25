/** The bus as the API shows it, on a broker that this process has opened itself. */
import { asyncApiOf } from '../../bus/asyncapi/asyncapi.ts';
import type { BrokerAddress } from '../../bus/asyncapi/broker-address.ts';
import type { BusTools } from '../../bus/tools/bus-tools.ts';
import type { Bus } from '../../client/bus.ts';
import { parseDuration } from '../../kernel/duration.ts';
import {
  answerOf,
  changesOf,
  lettersOf,
  planOf,
  queueOf,
  serviceOf,
  stateOf,
  trialOf,
} from '../http/views/bus-view.ts';

/** Dead letters that are listed when nobody says how many. */
const DEFAULT_LETTERS = 50;

export type DirectBusParts = BrokerAddress & {
  readonly tools: BusTools;
  readonly actor: string;
  /** Of the program that asks. */
  readonly version: string;
};

export function directBus({ tools, actor, ...about }: DirectBusParts): Bus {
  return {
    services: async () => ({ items: (await tools.services()).map(serviceOf), next: null }),
    call: async ({ timeout, ...request }) =>
      answerOf(await tools.call({ ...request, timeoutMs: timeout === undefined ? undefined : parseDuration(timeout) })),
    send: async (command) => ({ id: await tools.send(command), routed: true }),
    emit: (event) => tools.emit(event),
    queues: async () => ({ items: (await tools.queues()).map(queueOf), next: null }),
    deadLetters: async (queue, { limit = DEFAULT_LETTERS } = {}) => {
      const { letters, groups } = await tools.deadLetters(queue, limit);
      return lettersOf(letters, groups);
    },
    replay: (queue, choice) => tools.replay(queue, choice, actor),
    drop: (queue, choice) => tools.drop(queue, choice, actor),
    state: async () => stateOf(tools.state()),
    test: async () => {
      const roundTripsMs = [...(await tools.test())];
      return { ...stateOf(tools.state()), roundTripsMs };
    },
    sendAnalyzerCommands: async () => trialOf(await tools.sendAnalyzerCommands(actor)),
    planTopology: async () => planOf(await tools.planTopology()),
    applyTopology: async () => changesOf(await tools.applyTopology(actor)),
    asyncApi: async () => asyncApiOf(await tools.services(), { title: 'Millrace', ...about }),
  };
}
