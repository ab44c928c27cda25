import { describe, expect, it } from 'vitest';
import { rulesOf } from './server-rules.ts';

/** As the servers answered, shortened to what is read. */
const recorded = [
  [{ product: 'RabbitMQ', version: '3.10.8', platform: 'Erlang/OTP 25.2.3' }, 'reject'],
  [{ product: 'RabbitMQ', version: '3.13.7', platform: 'Erlang/OTP 26.2.5.6' }, 'reject'],
  [{ product: 'RabbitMQ', version: '4.0.5', platform: 'Erlang/OTP 27.2' }, 'reject'],
  [{ product: 'RabbitMQ', version: '4.2.1', platform: 'Erlang/OTP 27.3.4' }, 'reject'],
  [{ product: 'RabbitMQ', version: '4.3.0', platform: 'Erlang/OTP 28.1' }, 'nack'],
  [{ product: 'RabbitMQ', version: '5.0.0-rc.1', platform: 'Erlang/OTP 29.0' }, 'nack'],
] as const;

describe('the rules of a server', () => {
  for (const [properties, giveBackBy] of recorded) {
    it(`gives back by ${giveBackBy} on ${properties.version}`, () => {
      expect(rulesOf(properties)).toEqual({ version: properties.version, giveBackBy });
    });
  }

  it('refuses servers that are too old, and others', () => {
    for (const properties of [{ product: 'RabbitMQ', version: '3.9.29' }, { product: 'Other', version: '4.1' }, {}]) {
      expect(() => rulesOf(properties)).toThrow(expect.objectContaining({ code: 'bus.unsupported-server' }));
    }
    expect(() => rulesOf({ product: 'RabbitMQ', version: '3.9.29' })).toThrow('RabbitMQ 3.9.29');
  });
});
