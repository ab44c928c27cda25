/** A shift or a local day of a device: what the elements of its KPIs are added over. */
import type { Shift } from '../calendar.ts';
import { intersection, merged, type Stretch } from '../stretch.ts';
import { type LocalDay, localDays } from '../wall-clock.ts';

export type Scope = Stretch & {
  readonly kind: 'shift' | 'day';
  /** The local date on which it begins. */
  readonly date: string;
  /** Of the shift; of a day empty. */
  readonly name: string;
  /** The part of it that is in a shift, breaks included: a sample in it counts for the quantities. Not cut at the horizon. */
  readonly inShift: readonly Stretch[];
};

/** All that overlap or touch `[first sample, horizon]`, in order, shifts first. */
export function scopesOf({
  seen,
  shifts,
  timeZone,
}: {
  readonly seen: Stretch;
  readonly shifts: readonly Shift[] | undefined;
  readonly timeZone: string;
}): Scope[] {
  const isTouched = ({ from, to }: Stretch): boolean => from <= seen.to && to > seen.from;
  const working = shifts === undefined ? undefined : merged(shifts);
  const ofShift = (shift: Shift): Scope => {
    const { name, date, from, to } = shift;
    return { kind: 'shift', name, date, from, to, inShift: [{ from, to }] };
  };
  const ofDay = ({ date, from, to }: LocalDay): Scope => ({
    kind: 'day',
    name: '',
    date,
    from,
    to,
    inShift: working === undefined ? [{ from, to }] : intersection(working, [{ from, to }]),
  });
  const days = localDays({ from: seen.from, to: seen.to + 1 }, timeZone);
  return [...(shifts ?? []).filter(isTouched).map(ofShift), ...days.filter(isTouched).map(ofDay)];
}
