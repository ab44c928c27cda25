import { describe, expect, it } from 'vitest';
import { loadDriver, withoutPassword } from './driver.ts';

describe('the MQTT driver', () => {
  it('is named when it is not installed', async () => {
    const missing = loadDriver(() => Promise.reject(new Error('Cannot find package')));
    await expect(missing).rejects.toMatchObject({ code: 'config.driver-missing', details: { name: 'mqtt' } });
  });

  it('shows an address without its password', () => {
    expect(withoutPassword('mqtts://plant:secret@mqtt:8883')).toBe('mqtts://plant:***@mqtt:8883');
    expect(withoutPassword('mqtt://a:secret@mqtt:99999')).not.toContain('secret');
  });
});
