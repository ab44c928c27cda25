/** What people call a device, and the units of its fields. */
import { useQuery } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';
import { readDevice } from '../api/measurements.ts';
import type { Firing } from '../api/processes.ts';
import { detectorOf, fieldOf } from './firing-signal.ts';

/** Names and units hardly change, while a device's last reading does at every moment: hence a key of its own. */
const STALE_AFTER_MS = 600_000;

export type DeviceName = {
  readonly name: string;
  /** Of a firing's value; a score and a count have none. */
  readonly unitOf: (firing: Firing) => string | undefined;
};

/** Until it is known the id stands for itself. */
export function useDeviceName(id: string): DeviceName {
  const { data: device } = useQuery({
    queryKey: keys.deviceName(id),
    queryFn: ({ signal }) => readDevice(id, signal),
    staleTime: STALE_AFTER_MS,
  });
  return {
    name: device?.name || id,
    unitOf: (firing) =>
      detectorOf(firing) === undefined ? device?.fields.find(({ name }) => name === fieldOf(firing))?.unit : undefined,
  };
}
