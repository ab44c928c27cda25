/** A value as JSON writes it; what is long can be opened. */
import type { ReactNode } from 'react';
import classes from './trace.module.css';

export type ValueProps = { readonly value: unknown; readonly isLarge?: boolean };

const SHORT = 60;

export function Value({ value, isLarge = false }: ValueProps): ReactNode {
  const text = JSON.stringify(value) ?? 'null';
  if (isLarge || text.length <= SHORT) {
    const shown = text.length <= SHORT ? text : JSON.stringify(value, null, 2);
    return (
      <code className={isLarge ? classes.large : undefined} dir="ltr">
        {shown}
      </code>
    );
  }
  return (
    <details className={classes.long}>
      <summary>
        <code dir="ltr">{`${text.slice(0, SHORT)}…`}</code>
      </summary>
      <pre dir="ltr">{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
