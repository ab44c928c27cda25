/** Whether what really happened in each scope lies within the bounds that the product reports for it. */
import type { Results } from '../../../src/measurements/services/device-run.ts';
import type { DeviceTruth } from '../truth/generate.ts';

export type Contained = { readonly looked: number; readonly outside: readonly string[] };

export function containmentOf(device: DeviceTruth, results: Results): Contained {
  const outside: string[] = [];
  let looked = 0;
  for (const scope of device.observable.scopes ?? []) {
    const physical = device.physicalElements(scope);
    const found = results.scopes.find(({ kind, from }) => kind === scope.kind && from === scope.from)?.elements;
    if (physical === undefined || found === undefined) continue;
    const within = (name: string, value: number, [low, high]: readonly [number, number]) => {
      looked += 1;
      if (value < low || value > high)
        outside.push(
          `${device.settings.id} ${scope.kind} ${scope.date} ${scope.name} ${name}: ${value} is not in ${low} … ${high}`,
        );
    };
    within('running', physical.running, [found.aptLow, found.aptHigh]);
    if (device.settings.output === undefined) continue;
    within('pq', physical.pq, [found.pqLow, found.pqHigh]);
    within('sq', physical.sq, [found.sqLow, found.sqHigh]);
    within('gq', physical.gq, [found.gqLow, found.gqHigh]);
  }
  return { looked, outside };
}
