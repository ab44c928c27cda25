/** The limits an engineer is about to change, by criterion. */

export type LimitChange = {
  readonly id: string;
  readonly current: number;
  /** Undefined while the field holds no number. */
  readonly proposed: number | undefined;
};
export type LimitChanges = ReadonlyMap<string, LimitChange>;

export const noLimitChanges: LimitChanges = new Map();

export const withLimitChange = (changes: LimitChanges, change: LimitChange): LimitChanges =>
  new Map(changes).set(change.id, change);

/** What the chart previews: criterion id → limit. */
export const proposedLimits = (changes: LimitChanges): ReadonlyMap<string, number> =>
  new Map(
    [...changes.values()].flatMap(({ id, proposed }): [string, number][] =>
      proposed === undefined ? [] : [[id, proposed]],
    ),
  );

/** What is sent: only limits that really differ. */
export const changedLimits = (changes: LimitChanges): { id: string; limit: number }[] =>
  [...changes.values()].flatMap(({ id, current, proposed }) =>
    proposed === undefined || proposed === current ? [] : [{ id, limit: proposed }],
  );

/** Every touched field holds a number. */
export const areComplete = (changes: LimitChanges): boolean =>
  [...changes.values()].every(({ proposed }) => proposed !== undefined);
