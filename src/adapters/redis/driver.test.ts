import { describe, expect, it } from 'vitest';
import { loadDriver, withoutPassword } from './driver.ts';

describe('the Redis driver', () => {
  it('is named when it is not installed', async () => {
    const missing = loadDriver(() => Promise.reject(new Error('Cannot find package')));
    await expect(missing).rejects.toMatchObject({ code: 'config.driver-missing', details: { name: 'redis' } });
  });

  it('shows an address without its password', () => {
    expect(withoutPassword('rediss://plant:secret@redis:6380/2')).toBe('rediss://plant:***@redis:6380/2');
    expect(withoutPassword('redis://:secret@redis')).not.toContain('secret');
    expect(withoutPassword('redis://a:secret@redis:99999')).not.toContain('secret');
  });
});
