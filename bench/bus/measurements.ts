/** The figures of the bus and who is measured beside them; all programs are in peers/bus. */
import type { Measurement } from './measurement.ts';

export const measurements: readonly Measurement[] = [
  {
    name: 'bus.rpc.rabbitmq',
    unit: '1/s',
    own: 'rpc.rabbitmq',
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
    own: 'rpc.rabbitmq.p50',
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
    own: 'rpc.redis',
    peers: [
      { name: 'nestjs', of: 'redis-rpc' },
      { name: 'moleculer', of: 'redis-rpc' },
    ],
  },
  {
    name: 'bus.rpc.redis.p50',
    unit: 'ms',
    own: 'rpc.redis.p50',
    peers: [
      { name: 'nestjs', of: 'redis-rpc-sequential' },
      { name: 'moleculer', of: 'redis-rpc-sequential' },
    ],
  },
  { name: 'bus.rpc.memory', unit: '1/s', own: 'rpc.memory', peers: [{ name: 'moleculer', of: 'memory' }] },
  {
    name: 'bus.rpc.memory.direct',
    unit: '1/s',
    own: 'rpc.memory.direct',
    peers: [
      { name: 'moleculer', of: 'local' },
      { name: 'moleculer', of: 'local-sequential' },
    ],
  },
  {
    name: 'bus.publish.rabbitmq',
    unit: '1/s',
    own: 'publish.rabbitmq',
    peers: [
      { name: 'amqplib', of: 'publish' },
      { name: 'amqplib', of: 'publish-safe' },
      { name: 'nestjs', of: 'publish' },
    ],
  },
  {
    name: 'bus.consume.rabbitmq',
    unit: '1/s',
    own: 'consume.rabbitmq',
    peers: [
      { name: 'amqplib', of: 'consume' },
      { name: 'nestjs', of: 'consume' },
    ],
  },
  { name: 'bus.consume.memory', unit: '1/s', own: 'consume.memory', peers: [] },
];
