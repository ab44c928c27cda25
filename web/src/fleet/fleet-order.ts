/** In which order machines stand on the overview, and which of them. */
import type { FleetDevice } from '../api/analyses.ts';

export const FLEET_ORDERS = ['attention', 'name', 'oee', 'quality', 'anomalies'] as const;
export type FleetOrder = (typeof FLEET_ORDERS)[number];

export const fleetOrderOf = (value: unknown): FleetOrder | undefined => FLEET_ORDERS.find((order) => order === value);

type Compare = (a: FleetDevice, b: FleetDevice) => number;

const byName: Compare = (a, b) => nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true });
/** The smallest first, what is not known last. */
const ascending =
  (figure: (device: FleetDevice) => number | null | undefined): Compare =>
  (a, b) =>
    (figure(a) ?? Number.POSITIVE_INFINITY) - (figure(b) ?? Number.POSITIVE_INFINITY) || 0;

/** Silent machines know least and come first, then those that stand still though they should run, then those with findings. */
const urgency = ({ isSilent, state, openAnomalies }: FleetDevice): number => {
  if (isSilent) return 0;
  if (state === 'breakdown') return 1;
  if (state === 'microstop' || state === 'unknown') return 2;
  return openAnomalies > 0 ? 3 : 4;
};

const orders: Readonly<Record<FleetOrder, Compare>> = {
  attention: (a, b) => urgency(a) - urgency(b),
  name: byName,
  oee: ascending(({ today }) => today?.kpis.oee),
  quality: ascending(({ quality }) => quality),
  anomalies: (a, b) => b.openAnomalies - a.openAnomalies,
};

/** Of one line, or of all; equal ones by name. */
export function ordered(
  devices: readonly FleetDevice[],
  { order, line }: { readonly order: FleetOrder; readonly line: string | undefined },
): FleetDevice[] {
  const compare = orders[order];
  return devices
    .filter((device) => line === undefined || device.line === line)
    .sort((a, b) => numberOf(compare(a, b)) || byName(a, b));
}

export const nameOf = ({ name, device }: FleetDevice): string => name || device;

/** Two unknown figures are equal. */
const numberOf = (difference: number): number => (Number.isNaN(difference) ? 0 : difference);

export const linesOf = (devices: readonly FleetDevice[]): string[] =>
  [...new Set(devices.map(({ line }) => line))].filter((line) => line !== '').sort();
