/** Operations on many instances: asked for, looked at, cancelled, and worked on by a job (`operation.ts` tells their life). */
import type { Jobs } from '../../jobs/jobs.ts';
import { birthOf } from '../../jobs/new-job.ts';
import { MAX_CONFLICTS } from '../../jobs/refusal.ts';
import type { JobContext } from '../../jobs/worker.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId, type NextId } from '../../kernel/ids.ts';
import { done, type Settlement, snooze } from '../../kernel/settlement.ts';
import { inbox } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { isAbsent, isEqual, put, set } from '../../store/unit.ts';
import type { Definition } from '../core/definition.ts';
import { isSkipped, type Order, ordersOf } from './deeds.ts';
import type { Definitions } from './definitions.ts';
import type { Engine } from './engine.ts';
import {
  counted,
  type OperationRequest,
  type OperationRow,
  type Outcome,
  operationFamily,
  suits,
} from './operation.ts';
import type { Queries } from './queries.ts';

export const OPERATION_KIND = 'process.operation';
/** Instances that are worked on at a time; their commits share transactions. */
export const CHUNK = 500;
/** Rows that are looked at for one chunk before the place is written down. */
const MAX_LOOKED_AT = 10_000;
const ATTEMPTS = 1_000;
const CONSUMER = 'process.operation';

type OperationsParts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly jobs: Jobs;
  readonly engine: Engine;
  readonly definitions: Definitions;
  readonly queries: Queries;
};
type Chunk = { readonly ids: readonly number[]; readonly place: number; readonly isLast: boolean };

export class Operations {
  readonly #parts: OperationsParts;

  constructor(parts: OperationsParts) {
    this.#parts = parts;
  }

  /** Stores the operation and its job in one commit. */
  async begin(request: OperationRequest, actor: string): Promise<OperationRow> {
    const { store, nextId, jobs } = this.#parts;
    const now = store.now();
    const id = nextId() as JobId;
    const born = { id, kind: OPERATION_KIND, payload: null, priority: 0, maxAttempts: ATTEMPTS };
    const job = jobs.hands.newRow(born, now);
    const row: OperationRow = {
      id,
      state: request.dryRun ? 'running' : 'counting',
      request: JSON.stringify(request),
      place: 0,
      chunk: '[]',
      matched: 0,
      done: 0,
      skipped: 0,
      failed: 0,
      problems: '[]',
      createdAt: now,
      createdBy: actor,
      endedAt: null,
      stamp: nextId(),
    };
    let verdict: string | undefined;
    try {
      const { guards, writes } = birthOf(job, now);
      [verdict] = await store.commit([{ guards, writes: [...writes, put(operationFamily, row)] }]);
    } finally {
      jobs.created([job], verdict === 'ok');
    }
    return row;
  }

  async get(id: JobId): Promise<OperationRow> {
    const row = await this.#parts.store.get(operationFamily, [id]);
    if (row === undefined) throw new MillraceError('process.unknown-operation', { id: formatJobId(id) });
    return row;
  }

  /** The newest first. */
  list({ before, limit }: { readonly before?: number; readonly limit: number }): Promise<OperationRow[]> {
    const after = before === undefined ? {} : { after: [before] };
    return this.#parts.store.select(operationFamily, { order: ['-id'], ...after, limit });
  }

  /** Nothing more is begun; the chunk that is at work is still counted. */
  async cancel(id: JobId): Promise<OperationRow> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const row = await this.get(id);
      if (row.endedAt !== null) throw new MillraceError('process.operation-over', { id: formatJobId(id) });
      const change = { state: 'cancelled', endedAt: this.#parts.store.now() };
      if (await this.#write(row, change)) return { ...row, ...change };
    }
    throw new MillraceError('store.conflict', { subject: formatJobId(id), attempts: MAX_CONFLICTS });
  }

  /** The handler of its job: goes on where the row says, until all is done or the worker must stop. */
  readonly work = async ({ id, signal }: JobContext): Promise<Settlement> => {
    for (;;) {
      const row = await this.#parts.store.get(operationFamily, [id]);
      if (row === undefined || row.endedAt !== null) return done();
      if (signal.aborted) return snooze({ delayMs: 0 });
      await this.#step(row);
    }
  };

  async #step(row: OperationRow): Promise<void> {
    const { store } = this.#parts;
    const request = JSON.parse(row.request) as OperationRequest;
    if (row.state === 'counting') {
      const { ids, place, isLast } = await this.#next(row, request);
      const matched = row.matched + ids.length;
      await this.#write(row, isLast ? { matched, place: 0, state: 'running' } : { matched, place });
      return;
    }
    const ids = JSON.parse(row.chunk) as InstanceId[];
    const target = await this.#targetOf(row, request);
    await this.#parts.engine.bringIn(ids);
    const [outcomes, next] = await Promise.all([
      Promise.all(ids.map((instance) => this.#actOn(instance, { row, request, target }))),
      this.#next(row, request),
    ]);
    const isOver = next.isLast && next.ids.length === 0;
    const change = {
      ...counted(row, outcomes),
      place: next.place,
      chunk: JSON.stringify(next.ids),
      ...(isOver && { state: 'done', endedAt: store.now() }),
    };
    if (!(await this.#write(row, change))) await this.#countAfterCancel(row, outcomes);
  }

  /** Somebody has cancelled it meanwhile; what was done is counted all the same. */
  async #countAfterCancel({ id, stamp }: OperationRow, outcomes: readonly Outcome[]): Promise<void> {
    const row = await this.get(id as JobId);
    if (row.state === 'cancelled' && row.chunk !== '[]' && row.stamp !== stamp)
      await this.#write(row, { ...counted(row, outcomes), chunk: '[]' });
  }

  async #targetOf(row: OperationRow, { deed, filter }: OperationRequest): Promise<Definition | undefined> {
    if (deed.what !== 'migrate' || row.chunk === '[]' || filter.definition === undefined) return undefined;
    return this.#parts.definitions.find(filter.definition, deed.version);
  }

  /** The next instances that suit, by id. */
  async #next(row: OperationRow, { filter }: OperationRequest): Promise<Chunk> {
    const { definition, status = 'active', businessKey } = filter;
    const ids: number[] = [];
    let place = row.place;
    for (let looked = 0; ids.length < CHUNK && looked < MAX_LOOKED_AT; ) {
      const where = {
        status,
        ...(definition !== undefined && { definition }),
        ...(businessKey !== undefined && { businessKey }),
      };
      const limit = CHUNK - ids.length;
      const found = await this.#parts.queries.instancesFrom({ where, after: place, limit });
      for (const instance of found) {
        place = instance.id;
        // Those that were started since are not meant.
        if (instance.startedAt <= row.createdAt && suits(instance, filter)) ids.push(instance.id);
      }
      looked += found.length;
      if (found.length < limit) return { ids, place, isLast: true };
    }
    return { ids, place, isLast: false };
  }

  async #actOn(instance: InstanceId, work: Work): Promise<Outcome> {
    const { deed } = work.request;
    try {
      const { definition, state } = await this.#parts.engine.state(instance);
      const orders = ordersOf(deed, definition.version, state);
      for (const order of orders) await this.#give(instance, order, work);
      return { kind: orders.length > 0 || (await this.#wasHere(instance, '', work)) ? 'done' : 'skipped' };
    } catch (error) {
      if (isSkipped(deed, error)) return { kind: (await this.#wasHere(instance, '', work)) ? 'done' : 'skipped' };
      const code = isMillraceError(error) ? error.code : 'internal.unexpected';
      return { kind: 'failed', instance, code, message: messageOf(error) };
    }
  }

  async #give(instance: InstanceId, { mark, command }: Order, work: Work): Promise<void> {
    const { engine, store } = this.#parts;
    const { row, request, target } = work;
    const migration = target === undefined ? {} : { target };
    if (request.dryRun) return engine.rehearse(instance, { command, ...migration });
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const marks = [...new Set(['', mark])].map((each) => ({ ...markOf(row, instance, each), at: store.now() }));
      const parts = {
        guards: [isAbsent(inbox, [consumerOf(row), noteOf(instance, mark)])],
        writes: marks.map((each) => put(inbox, each)),
      };
      const actor = row.createdBy;
      if ((await engine.commandWith(instance, { command, actor, parts, ...migration })) === 'ok') return;
      if (await this.#wasHere(instance, mark, work)) return;
    }
    throw new MillraceError('store.conflict', { subject: formatInstanceId(instance), attempts: MAX_CONFLICTS });
  }

  async #wasHere(instance: InstanceId, mark: string, { row }: Work): Promise<boolean> {
    const { consumer, message } = markOf(row, instance, mark);
    return (await this.#parts.store.get(inbox, [consumer, message])) !== undefined;
  }

  async #write(row: OperationRow, change: Partial<OperationRow>): Promise<boolean> {
    const { store, nextId } = this.#parts;
    const guards = [isEqual(operationFamily, [row.id], ['stamp', row.stamp])];
    const writes = [set(operationFamily, [row.id], { ...change, stamp: nextId() })];
    const [verdict] = await store.commit([{ guards, writes }]);
    return verdict === 'ok';
  }
}

type Work = {
  readonly row: OperationRow;
  readonly request: OperationRequest;
  readonly target: Definition | undefined;
};

const consumerOf = ({ id }: OperationRow): string => `${CONSUMER}/${id}`;
const noteOf = (instance: InstanceId, mark: string): string =>
  mark === '' ? formatInstanceId(instance) : `${formatInstanceId(instance)}/${mark}`;
/** That the operation was at this instance – with a mark: at this part of it. */
const markOf = (row: OperationRow, instance: InstanceId, mark: string) => ({
  consumer: consumerOf(row),
  message: noteOf(instance, mark),
});
