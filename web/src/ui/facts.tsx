/** A short list of names and values. */
import type { ReactNode } from 'react';
import classes from './facts.module.css';

export type FactRow = { readonly name: string; readonly value: ReactNode };

export function Facts({ rows }: { readonly rows: readonly FactRow[] }): ReactNode {
  return (
    <dl className={classes.facts}>
      {rows.map(({ name, value }) => (
        <div key={name}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
