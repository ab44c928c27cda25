/** What is measured of the bus: a figure of our own, and who else does the same work. */
import type { Service } from '../../src/kernel/lifecycle.ts';
import type { Peer } from '../peers.ts';

export type Measurement = {
  /** `bus.rpc.rabbitmq`; one in milliseconds ends with `.p50`, and its `.p99` is printed beside it. */
  readonly name: `bus.${string}`;
  readonly unit: '1/s' | 'ms';
  /** Our side: a case of peers/bus/millrace.mjs, which runs the product as it is built, in processes of its own as the peers do. */
  readonly own: string;
  readonly peers: readonly PeerCase[];
};

/** A case of a program in peers/bus. */
export type PeerCase = {
  readonly name: Extract<Peer['name'], 'amqplib' | 'nestjs' | 'moleculer'>;
  readonly of: string;
};

/** One that is set up and warm, and runs a round whenever it is its turn. */
export type Contestant = Service & {
  readonly setup: string;
  run(ms: number): Promise<Result>;
};

/** Calls a second, or the median wait in milliseconds and the 99th of a hundred. */
export type Result = { readonly value: number; readonly p99?: number };
