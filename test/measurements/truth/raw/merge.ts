/** Rows of several devices in the order in which they arrive. */
import type { RawRow } from './raw-row.ts';

export function* inOrderOfArrival(devices: readonly Iterable<RawRow>[]): Generator<RawRow> {
  const sources = devices.map((rows) => rows[Symbol.iterator]());
  const heads = sources.map((source) => source.next());
  for (;;) {
    let earliest = -1;
    for (let place = 0; place < heads.length; place++) {
      const head = heads[place]!;
      if (head.done) continue;
      if (earliest < 0 || head.value.receivedAt < (heads[earliest]!.value as RawRow).receivedAt) earliest = place;
    }
    if (earliest < 0) return;
    yield heads[earliest]!.value as RawRow;
    heads[earliest] = sources[earliest]!.next();
  }
}
