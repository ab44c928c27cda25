/**
 * The figures of the bus and who is measured beside them. One without `open` waits for what it measures: on RabbitMQ and
 * Redis for the adapter, `bus.rpc` for services. An RPC's server is a process of its own there, as the peers' are, and
 * `open` answers a contestant whose `run` is `throughput` or `latency` of peers/bus/load.mjs over the client's `echo`.
 */
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { FILLED } from '../peers/bus/load.mjs';
import type { Measurement } from './measurement.ts';
import { consuming, publishing } from './port.ts';

const openMemory = (limits: { readonly maxQueueLength?: number } = {}) =>
  openMemoryBroker({ clock: systemClock, log: silentLog, ...limits });

export const measurements: readonly Measurement[] = [
  {
    name: 'bus.rpc.rabbitmq',
    unit: '1/s',
    peers: [
      { name: 'amqplib', of: 'rpc' },
      { name: 'amqplib', of: 'rpc-safe' },
      { name: 'nestjs', of: 'rpc' },
      { name: 'nestjs', of: 'rpc-acked' },
      { name: 'moleculer', of: 'rpc-nodelay' },
    ],
  },
  {
    name: 'bus.rpc.rabbitmq.p50',
    unit: 'ms',
    peers: [
      { name: 'amqplib', of: 'rpc-sequential' },
      { name: 'amqplib', of: 'rpc-safe-sequential' },
      { name: 'nestjs', of: 'rpc-sequential' },
      { name: 'nestjs', of: 'rpc-acked-sequential' },
      { name: 'moleculer', of: 'rpc-sequential' },
      { name: 'moleculer', of: 'rpc-nodelay-sequential' },
    ],
  },
  {
    name: 'bus.rpc.redis',
    unit: '1/s',
    peers: [
      { name: 'nestjs', of: 'redis-rpc' },
      { name: 'moleculer', of: 'redis-rpc' },
    ],
  },
  {
    name: 'bus.rpc.redis.p50',
    unit: 'ms',
    peers: [
      { name: 'nestjs', of: 'redis-rpc-sequential' },
      { name: 'moleculer', of: 'redis-rpc-sequential' },
    ],
  },
  { name: 'bus.rpc.memory', unit: '1/s', peers: [{ name: 'moleculer', of: 'memory' }] },
  {
    name: 'bus.rpc.memory.direct',
    unit: '1/s',
    peers: [
      { name: 'moleculer', of: 'local' },
      { name: 'moleculer', of: 'local-sequential' },
    ],
  },
  {
    name: 'bus.publish.rabbitmq',
    unit: '1/s',
    peers: [
      { name: 'amqplib', of: 'publish' },
      { name: 'nestjs', of: 'publish' },
    ],
  },
  {
    name: 'bus.consume.rabbitmq',
    unit: '1/s',
    peers: [
      { name: 'amqplib', of: 'consume' },
      { name: 'nestjs', of: 'consume' },
    ],
  },
  { name: 'bus.publish.memory', unit: '1/s', open: () => publishing(openMemory(), 'meanwhile'), peers: [] },
  { name: 'bus.consume.memory', unit: '1/s', open: () => consuming(openMemory({ maxQueueLength: FILLED })), peers: [] },
];
