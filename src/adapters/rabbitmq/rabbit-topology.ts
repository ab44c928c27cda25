/**
 * Queues whose settings differ from what is wanted, and how they are replaced. RabbitMQ changes no settings of a queue that
 * is there, so `orders` gets a successor `orders.2`: declared and bound, then `orders` is unbound and what waits in it is
 * moved. The old one stays, empty, because by it subscribers know that there is a later version. Dying on the way loses
 * nothing: messages are confirmed by the new version before they leave the old one, and applying again goes on.
 */
import type { ChannelModel, GetMessage } from 'amqplib';
import type { AppliedStep, BrokerTopology, PlannedQueue, TopologyStep } from '../../bus/broker.ts';
import type { Link } from './link.ts';
import { queueOptions } from './queue-arguments.ts';
import { differenceIn, queueDiffers } from './queue-difference.ts';
import type { Returns } from './returns.ts';
import { onSideChannel } from './side-channel.ts';
import { closeQuietly, plainChannel } from './standing-channel.ts';
import { type Lane, lookAt, MAX_VERSIONS, type Topology, type WantedQueue } from './topology.ts';

type Parts = {
  readonly link: Link;
  readonly returns: Returns;
  readonly topology: Topology;
  readonly maxLength: number;
};

type PlannedLane = {
  readonly key: string;
  readonly isUrgent: boolean;
  readonly step: TopologyStep;
  readonly old: Lane[];
};

export class RabbitTopology implements BrokerTopology {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async plan(queues: readonly PlannedQueue[]): Promise<TopologyStep[]> {
    const connection = await this.#parts.link.connected();
    const steps: TopologyStep[] = [];
    for (const planned of queues)
      for (const { step } of await this.#lanesOf(connection, this.#wanted(planned))) steps.push(step);
    return steps;
  }

  async apply(queues: readonly PlannedQueue[]): Promise<AppliedStep[]> {
    const connection = await this.#parts.link.connected();
    const steps: AppliedStep[] = [];
    for (const planned of queues) steps.push(...(await this.#applyTo(connection, this.#wanted(planned))));
    return steps;
  }

  #wanted(planned: PlannedQueue): WantedQueue {
    const { maxLength } = this.#parts;
    return { ...planned, kind: planned.kind ?? 'work', maxLength };
  }

  async #lanesOf(connection: ChannelModel, wanted: WantedQueue): Promise<PlannedLane[]> {
    const { names } = this.#parts.topology;
    const usual = await this.#lane(connection, wanted, { key: names.queue(wanted.queue), isUrgent: false });
    if (wanted.kind !== 'work') return [usual];
    return [usual, await this.#lane(connection, wanted, { key: names.urgentQueue(wanted.queue), isUrgent: true })];
  }

  /** The first version that is as wanted, or that is not there. Declaring what is there changes nothing. */
  async #lane(
    connection: ChannelModel,
    wanted: WantedQueue,
    { key, isUrgent }: Pick<Lane, 'key' | 'isUrgent'>,
  ): Promise<PlannedLane> {
    const { queue } = wanted;
    const options = queueOptions(wanted, this.#parts.topology.names);
    const old: Lane[] = [];
    let why: string | undefined;
    for (let version = 1; version <= MAX_VERSIONS; version++) {
      const name = version === 1 ? key : `${key}.${version}`;
      const before = { key, isUrgent, old };
      if ((await lookAt(connection, name)) === undefined)
        return {
          ...before,
          step: why === undefined ? { queue, action: 'create', name } : { queue, action: 'replace', name, why },
        };
      const refusal = await onSideChannel(connection, (channel) => channel.assertQueue(name, options)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusal === undefined) return { ...before, step: { queue, action: 'keep', name } };
      const difference = differenceIn(refusal);
      if (difference === undefined) throw refusal;
      why = `${difference.argument} is ${difference.found}, not ${difference.wanted}`;
      old.push({ queue: name, key, isUrgent });
    }
    throw queueDiffers(key, { argument: 'version', found: `more than ${MAX_VERSIONS}`, wanted: 'fewer' });
  }

  async #applyTo(connection: ChannelModel, wanted: WantedQueue): Promise<AppliedStep[]> {
    const lanes = await this.#lanesOf(connection, wanted);
    const options = queueOptions(wanted, this.#parts.topology.names);
    for (const { step } of lanes)
      if (step.action === 'replace')
        await onSideChannel(connection, (channel) => channel.assertQueue(step.name, options));
    await this.#parts.topology.declare(connection, wanted);
    const steps: AppliedStep[] = [];
    for (const { step, old } of lanes) {
      let moved = 0;
      for (const lane of old) {
        await this.#parts.topology.unbind(connection, lane, wanted);
        moved += await this.#move(connection, lane.queue, wanted.queue);
      }
      steps.push({ ...step, moved });
    }
    return steps;
  }

  /** What its consumers hold stays theirs. */
  async #move(connection: ChannelModel, from: string, queue: string): Promise<number> {
    const channel = await plainChannel(connection);
    channel.on('error', () => {}); // the call rejects as well
    try {
      let moved = 0;
      for (let frame = await channel.get(from); frame !== false; frame = await channel.get(from)) {
        if (!(await this.#revived(frame, queue))) return moved;
        channel.ack(frame);
        moved += 1;
      }
      return moved;
    } finally {
      await closeQuietly(channel);
    }
  }

  #revived(frame: GetMessage, queue: string): Promise<boolean> {
    return new Promise((resolve) => this.#parts.returns.revive(frame, queue, resolve));
  }
}
