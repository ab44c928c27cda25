/** Stretches of time, half-open `[from, to)` in UTC milliseconds. Lists are in order and do not overlap. */
export type Stretch = { readonly from: number; readonly to: number };

export const overlaps = (a: Stretch, b: Stretch): boolean => a.from < b.to && b.from < a.to;
export const holds = (stretch: Stretch, instant: number): boolean => stretch.from <= instant && instant < stretch.to;
export const lengthOf = (list: readonly Stretch[]): number => list.reduce((sum, { from, to }) => sum + to - from, 0);

/** In order, without empty ones; those that overlap or adjoin become one. */
export function merged(list: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const { from, to } of list.filter((one) => one.from < one.to).sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to)
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else result.push({ from, to });
  }
  return result;
}

/** What is in both lists. */
export function intersection(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const one = a[i]!;
    const other = b[j]!;
    const from = Math.max(one.from, other.from);
    const to = Math.min(one.to, other.to);
    if (from < to) result.push({ from, to });
    if (one.to < other.to) i += 1;
    else j += 1;
  }
  return result;
}

/** What is in `a` and not in `b`. */
export function difference(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  const first = a[0];
  const last = a.at(-1);
  if (first === undefined || last === undefined) return [];
  const outside: Stretch[] = [];
  let from = first.from;
  for (const hole of b) {
    if (hole.from > from) outside.push({ from, to: Math.min(hole.from, last.to) });
    from = Math.max(from, hole.to);
    if (from >= last.to) break;
  }
  if (from < last.to) outside.push({ from, to: last.to });
  return intersection(a, outside);
}

/** The stretch that holds the instant, by binary search. */
export function stretchAt<S extends Stretch>(list: readonly S[], instant: number): S | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]!.to <= instant) low = middle + 1;
    else high = middle;
  }
  const found = list[low];
  return found !== undefined && found.from <= instant ? found : undefined;
}
