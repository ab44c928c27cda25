/**
 * A whole server – ingest, outbox, broker, processes, jobs, mail – over the model store and a virtual clock, which can be
 * killed at any moment and opened again on what its disk has.
 */
import { readFileSync } from 'node:fs';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import { type Composed, compose } from '../../src/app/compose.ts';
import { families } from '../../src/app/families.ts';
import type { Broker } from '../../src/bus/broker.ts';
import { SERVE_ROLES } from '../../src/edge/cli/commands/server.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { VirtualClock } from '../../src/kernel/clock.ts';
import { MillraceError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Random } from '../../src/kernel/random.ts';
import type { OutgoingMail, SendResult } from '../../src/process/modules/mail/mailer.ts';
import { ModelDisk, type ModelStore, openModelStore } from '../../src/testing/model-store.ts';
import type { Fault } from './faults.ts';
import { TALK_DEFINITIONS, TALK_KINDS } from './talk-definitions.ts';
import { work } from './work.ts';

export const START = Date.UTC(2026, 0, 5);
export const DEVICES = ['press-1', 'press-2', 'kiln-1'] as const;
const DEFECT: unknown = JSON.parse(
  readFileSync(new URL('../../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
);

/** Breaks a promise of the store on purpose, to see that the simulation notices. */
export type Sabotage = (store: ModelStore) => ModelStore;

export class World {
  readonly clock = new VirtualClock(START);
  readonly disk = new ModelDisk();
  readonly random: Random;
  readonly faults: ReadonlySet<Fault>;
  /** How often the mail server has taken each Message-ID. */
  readonly mails = new Map<string, number>();
  crashes = 0;
  /** From now on nothing goes wrong any more. */
  isHealed = false;
  readonly #sabotage: Sabotage;
  #death: { commits: number; readonly when: 'before' | 'after' } | undefined;
  #isDead = false;
  #store: ModelStore | undefined;
  #app: Composed | undefined;
  #broker: Broker | undefined;

  constructor({
    random,
    faults,
    sabotage = (store) => store,
  }: {
    readonly random: Random;
    readonly faults: ReadonlySet<Fault>;
    readonly sabotage?: Sabotage | undefined;
  }) {
    this.random = random;
    this.faults = faults;
    this.#sabotage = sabotage;
  }

  get app(): Composed {
    if (this.#app === undefined) throw new Error('the server is not open');
    return this.#app;
  }

  has(fault: Fault): boolean {
    return !this.isHealed && this.faults.has(fault);
  }

  async open(): Promise<void> {
    const { clock, random } = this;
    const slow = this.has('slow-disk')
      ? { faults: { writeMs: () => Math.floor(random() * 40), replyMs: () => (random() < 0.1 ? 20 : 0) } }
      : {};
    const store = this.#mortal(this.#sabotage(openModelStore({ disk: this.disk, families, clock, ...slow })));
    this.#store = store;
    this.#isDead = false;
    const info = { version: 'simulated', plant: 'none', simulated: true, auth: 'off' } as const;
    const mailer = { send: (mail: OutgoingMail) => this.#send(mail) };
    this.#broker = openMemoryBroker({ clock, log: silentLog });
    const opening = compose({
      store,
      broker: this.#broker,
      clock,
      random,
      log: silentLog,
      timeZone: 'UTC',
      mailer,
      roles: SERVE_ROLES,
      info,
      publicUrl: () => 'http://localhost',
    });
    const app = await this.during(opening);
    this.#app = app;
    for (const kind of TALK_KINDS) {
      const parts = { jobs: app.jobs, store, clock, log: silentLog, worker: 'elsewhere', kind, concurrency: 4 };
      app.stop.use(startWorker({ ...parts, handler: () => work(this) }));
    }
  }

  /** The store dies at its `commits`-th commit from now on, before it is on the disk or after. */
  dieIn(commits: number, when: 'before' | 'after'): void {
    this.#death = { commits, when };
  }

  /** Opens the server again when it died of itself. */
  async reviveIfDead(): Promise<void> {
    this.#death = undefined;
    if (this.#isDead) await this.crash();
  }

  #mortal(store: ModelStore): ModelStore {
    const commit: ModelStore['commit'] = async (units) => {
      const death = this.#death;
      if (death === undefined || --death.commits > 0) return store.commit(units);
      this.#death = undefined;
      this.#isDead = true;
      const written = death.when === 'after' ? store.commit(units) : undefined;
      written?.catch(() => {});
      if (!this.faults.has('slow-disk')) await written;
      store.crash();
      throw new MillraceError('store.closed');
    };
    return { ...store, commit };
  }

  /** The plant as people set it up. */
  async setUp(): Promise<void> {
    const { measurements, process, access } = this.app;
    const by = { actor: 'eli' };
    await this.during(process.definitions.deploy(DEFECT, 'eli'));
    for (const definition of TALK_DEFINITIONS) await this.during(process.definitions.deploy(definition, 'eli'));
    for (const list of ['operators', 'engineers', 'technologists']) {
      await this.during(access.recipients.create(list, [{ kind: 'address', value: `${list}@plant.example` }], 'eli'));
    }
    for (const id of DEVICES) {
      await this.during(
        measurements.devices.create(
          {
            id,
            line: 'line-1',
            fields: [
              { name: 'temperature', unit: '°C', min: -50, max: 500 },
              { name: 'vibration', unit: 'mm/s', min: 0, max: 100 },
            ],
          },
          by,
        ),
      );
      await this.during(
        measurements.criteria.create(
          {
            device: id,
            name: 'A',
            settings: {
              signal: { field: 'temperature', detector: 'z-score' },
              direction: 'above',
              limit: 6,
              hysteresis: 2,
            },
          },
          by,
        ),
      );
      await this.during(
        measurements.criteria.create(
          {
            device: id,
            name: 'B',
            settings: { signal: { field: 'vibration' }, direction: 'above', limit: 20, hysteresis: 2 },
          },
          by,
        ),
      );
    }
  }

  /** `kill -9`: what is not on the disk is gone, and a new server opens on the rest. */
  async crash(): Promise<void> {
    this.crashes += 1;
    this.#store?.crash();
    await this.during(this.app.stop.close().catch(() => {})); // loops end; a dead store has nothing more to say
    await this.during(this.#broker?.close() ?? Promise.resolve());
    await this.open();
  }

  async close(): Promise<void> {
    await this.during(this.app.stop.close());
    await this.during(this.#broker?.close() ?? Promise.resolve());
    await this.#store?.close();
  }

  /** Lets virtual time pass until the call has its answer. */
  async during<T>(call: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    call.then(over, over);
    for (let turns = 0; !isOver; turns++) {
      if (turns > MAX_TURNS) throw new Error('a call got no answer');
      await turn();
      if (!isOver && turns % TURNS_BEFORE_TIME_PASSES === TURNS_BEFORE_TIME_PASSES - 1) await this.clock.advance(10);
    }
    return call;
  }

  async #send({ messageId }: OutgoingMail): Promise<SendResult> {
    if (this.has('mail-trouble') && this.random() < 0.3) return { kind: 'later', reason: 'the server is down' };
    this.mails.set(messageId, (this.mails.get(messageId) ?? 0) + 1);
    return { kind: 'sent', accepted: ['someone'], rejected: [] };
  }
}

const MAX_TURNS = 20_000;
const TURNS_BEFORE_TIME_PASSES = 5;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
