/** The limits an engineer is about to change, by criterion. */

export type LimitChange = { readonly id: string; readonly current: number; readonly proposed: number | undefined };
/** Criterion id → its limit now and the one in the field; undefined while the field holds no number. */
type Changes = ReadonlyMap<string, LimitChange>;

export type { Changes as LimitChangeMap };

export const LimitChanges = {
  none: new Map() as Changes,

  with: (changes: Changes, change: LimitChange): Changes => new Map(changes).set(change.id, change),

  /** What the chart previews. */
  proposals: (changes: Changes): ReadonlyMap<string, number> =>
    new Map(
      [...changes.values()].flatMap(({ id, proposed }): [string, number][] =>
        proposed === undefined ? [] : [[id, proposed]],
      ),
    ),

  /** What is sent: only limits that really differ. */
  changed: (changes: Changes): { id: string; limit: number }[] =>
    [...changes.values()].flatMap(({ id, current, proposed }) =>
      proposed === undefined || proposed === current ? [] : [{ id, limit: proposed }],
    ),

  areComplete: (changes: Changes): boolean => [...changes.values()].every(({ proposed }) => proposed !== undefined),
};
