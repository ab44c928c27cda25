/** How each state looks: a colour and a pattern, so that nobody has to tell colours apart. */
import { type ReactNode, useId } from 'react';
import type { SegmentState } from '../api/analyses.ts';
import classes from './states.module.css';
import { STATES } from './stretches.ts';

const SIDE = 8;

/** What is drawn over the colour; a state without a mark is plain. */
const marks: Readonly<Record<SegmentState, ReactNode>> = {
  running: null,
  microstop: <path d="M2 0v8M6 0v8" />,
  breakdown: <path d="M-2 2l4-4M0 8l8-8M6 10l4-4" />,
  setup: <path d="M2 2h.01M6 6h.01" strokeWidth={2.4} strokeLinecap="round" />,
  planned: <path d="M0 2h8M0 6h8" />,
  no_shift: null,
  unknown: <path d="M-2 6l4 4M0 0l8 8M6 -2l4 4" data-quiet="true" />,
};

/** Names of the patterns of one picture; ids are unique on the page. */
export function usePatterns(): { readonly fillOf: (state: SegmentState) => string; readonly patterns: ReactNode } {
  const prefix = useId().replace(/\W/g, '');
  const idOf = (state: SegmentState): string => `state-${prefix}-${state}`;
  return {
    fillOf: (state) => `url(#${idOf(state)})`,
    patterns: (
      <defs>
        {STATES.map((state) => (
          <pattern key={state} id={idOf(state)} width={SIDE} height={SIDE} patternUnits="userSpaceOnUse">
            <rect width={SIDE} height={SIDE} className={classes.ground} data-state={state} />
            <g className={classes.mark}>{marks[state]}</g>
          </pattern>
        ))}
      </defs>
    ),
  };
}

export function StateSwatch({ state }: { readonly state: SegmentState }): ReactNode {
  const { fillOf, patterns } = usePatterns();
  return (
    <svg className={classes.swatch} width="20" height="12" aria-hidden="true" focusable="false">
      {patterns}
      <rect className={classes.edge} x="0.5" y="0.5" width="19" height="11" rx="2" fill={fillOf(state)} />
    </svg>
  );
}
