/** What a detector should find on a brick device, from the truth of its seconds. */
import { type Anomaly, inOrder } from '../anomaly.ts';
import type { Site } from '../site.ts';
import type { Stretch } from '../stretch.ts';
import type { Burst, Loss } from './schedule.ts';
import { codeOf, secondOf, secondsIn, stretchesWhere } from './seconds.ts';

const STOPPAGE_MS = 300_000;
/** Shorter disturbances of the production in it can hardly be told from chance. */
const LEAST_RUNNING_S = 300;

export function brickAnomalies(
  { period }: Site,
  {
    states,
    bursts,
    losses,
  }: {
    readonly states: Uint8Array;
    readonly bursts: readonly Burst[];
    readonly losses: readonly Loss[];
  },
): Anomaly[] {
  const stops = [codeOf('breakdown'), codeOf('microstop')];
  const stoppages = stretchesWhere(period, secondsIn(period), (second) => stops.includes(states[second]!));
  return inOrder([
    ...stoppages
      .filter(({ from, to }) => to - from >= STOPPAGE_MS)
      .map((stop) => ({ ...stop, type: 'stoppage' as const })),
    ...whileRunning(period, states, bursts).map((burst) => ({ ...burst, type: 'high-error-rate' as const })),
    ...whileRunning(period, states, losses).map((loss) => ({ ...loss, type: 'low-efficiency' as const })),
  ]);
}

/** Each from its first to its last running second, when it runs for long enough. */
function whileRunning(period: Stretch, states: Uint8Array, stretches: readonly Stretch[]): Stretch[] {
  const running = codeOf('running');
  return stretches.flatMap(({ from, to }) => {
    const seconds: number[] = [];
    for (let second = secondOf(period, from); second < secondOf(period, Math.min(to, period.to)); second++)
      if (states[second] === running) seconds.push(second);
    const [first, last] = [seconds[0], seconds.at(-1)];
    if (first === undefined || last === undefined || seconds.length < LEAST_RUNNING_S) return [];
    return [{ from: period.from + first * 1_000, to: period.from + (last + 1) * 1_000 }];
  });
}
