import { describe, expect, it } from 'vitest';
import { loadDriver, withoutPassword } from './driver.ts';

describe('the driver of RabbitMQ', () => {
  it('says which package to install when it is missing', async () => {
    const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package 'amqplib'"));
    await expect(loadDriver(missing)).rejects.toMatchObject({
      code: 'config.driver-missing',
      details: { name: 'amqplib' },
    });
  });

  it('shows an address without its password', () => {
    expect(withoutPassword('amqp://me:secret@host:5672/plant')).toBe('amqp://me:***@host:5672/plant');
    expect(withoutPassword('amqp://host')).toBe('amqp://host');
    expect(withoutPassword('no address: secret')).not.toContain('secret');
  });
});
