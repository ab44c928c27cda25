/** What people call a device, and the units of its fields. */
import { useQuery } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';
import { readDevice } from '../api/measurements.ts';
import { useLabel } from '../ui/label.ts';

/** Names and units hardly change, while a device's last reading does at every moment: hence a key of its own. */
const STALE_AFTER_MS = 600_000;

export type DeviceName = { readonly name: string; readonly unitOf: (field: string) => string | undefined };

/** Until it is known the id stands for itself. */
export function useDeviceName(id: string): DeviceName {
  const label = useLabel();
  const { data: device } = useQuery({
    queryKey: keys.deviceName(id),
    queryFn: ({ signal }) => readDevice(id, signal),
    staleTime: STALE_AFTER_MS,
  });
  return {
    name: label(device?.name) || id,
    unitOf: (field) => device?.fields.find(({ name }) => name === field)?.unit ?? undefined,
  };
}
