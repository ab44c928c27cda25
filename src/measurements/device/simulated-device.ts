/** Devices whose readings are made up by a simulated plant. The store remembers them, whatever the next server is started with. */
import { defineFamily } from '../../store/family.ts';
import type { Store } from '../../store/store.ts';
import { put } from '../../store/unit.ts';

export const simulatedDeviceFamily = defineFamily({
  name: 'simulated_device',
  area: 'measurements',
  columns: { device: 'text' },
  key: ['device'],
});

/** To be called before their first reading is sent. */
export async function markSimulated(store: Store, devices: readonly string[]): Promise<void> {
  await store.commit([{ guards: [], writes: devices.map((device) => put(simulatedDeviceFamily, { device })) }]);
}

export async function hasSimulated(store: Store): Promise<boolean> {
  return (await store.select(simulatedDeviceFamily, { limit: 1 })).length > 0;
}
