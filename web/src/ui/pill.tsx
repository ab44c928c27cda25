/** A word about a state, coloured by what it asks of the reader. */
import type { ReactNode } from 'react';
import classes from './pill.module.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad';

export function Pill({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className={classes.pill} data-tone={tone}>
      {children}
    </span>
  );
}
