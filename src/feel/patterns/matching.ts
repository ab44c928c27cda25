/** What finds the matches of a pattern, whatever the method. */

/** Positions in UTF-16 units; a group that took no part is null. */
export type Match = { readonly start: number; readonly end: number; readonly groups: readonly (string | null)[] };

/** Called with the steps that are about to be taken; it throws when there is no fuel left. */
export type Pay = (steps: number) => void;

/** All matches, from left to right. */
export type Matching = (text: string, pay: Pay) => Iterable<Match>;

export type PatternFlags = { readonly ignoresCase: boolean; readonly isMultiline: boolean };
