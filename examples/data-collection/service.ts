/** Collections of samples: started, stopped and listed by RPC, and their latest samples as a stream. */
import { z } from 'zod';
import { type Clock, type Rpc, rpc, ServiceError, service, systemClock } from '../../src/index.ts';
import { Collection, type ReadDevice } from './collection.ts';
import { CollectionState, Start, Stopped, Wanted } from './messages.ts';

/** How long a reader waits for the next sample: twice the slowest collection. */
export const NEXT_SAMPLE_MS = 120_000;

@service('data-collection', { description: 'Collects samples of devices.' })
export class DataCollection {
  readonly #read: ReadDevice;
  readonly #clock: Clock;
  readonly #collections = new Map<string, Collection>();

  constructor(read: ReadDevice, clock: Clock = systemClock) {
    this.#read = read;
    this.#clock = clock;
  }

  /** After the last message; what runs ends with the service. */
  async onStop(): Promise<void> {
    await Promise.all(Array.from(this.#collections.values(), (collection) => collection.stop()));
  }

  @rpc('collections/{collectionId}/start', { body: Start, result: CollectionState })
  async start(m: Rpc<'collections/{collectionId}/start', typeof Start>) {
    const { collectionId: id } = m.params;
    if (this.#collections.get(id)?.state.state === 'running') {
      throw new ServiceError('data-collection.running', `the collection ${id} runs already`);
    }
    const collection = new Collection({ id, ...m.body }, { clock: this.#clock, read: this.#read });
    this.#collections.set(id, collection);
    return collection.state;
  }

  @rpc('collections/{collectionId}/stop', { result: Stopped, idempotent: true })
  async stop(m: Rpc<'collections/{collectionId}/stop'>) {
    const collection = this.#named(m.params.collectionId);
    await collection.stop();
    return { collectionId: m.params.collectionId, samples: collection.state.samples };
  }

  @rpc('collections', { result: z.array(CollectionState) })
  async list(_: Rpc<'collections'>) {
    return Array.from(this.#collections.values(), ({ state }) => state);
  }

  /** A handler that yields is a stream: sent as fast as it is read, and ended when its reader leaves. The time is that for the next sample. */
  @rpc('collections/{collectionId}/samples', { body: Wanted, timeoutMs: NEXT_SAMPLE_MS })
  async *samples(m: Rpc<'collections/{collectionId}/samples', typeof Wanted>) {
    yield* this.#named(m.params.collectionId).samples(m.body, m.signal);
  }

  #named(id: string): Collection {
    const collection = this.#collections.get(id);
    if (collection === undefined) throw new ServiceError('data-collection.unknown', `there is no collection ${id}`);
    return collection;
  }
}
