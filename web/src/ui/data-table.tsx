/** A plain table that scrolls sideways inside its own frame when the screen is narrow. */
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export type DataTableProps = {
  readonly caption: string;
  /** An empty heading is written for readers of the screen only. */
  readonly columns: readonly { readonly name: string; readonly isHidden?: boolean; readonly isNumber?: boolean }[];
  readonly children: ReactNode;
};

export function DataTable({ caption, columns, children }: DataTableProps): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields; this frame only scrolls
    <div className={classes.frame} role="group" tabIndex={0} aria-label={caption}>
      <table className={classes.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isHidden, isNumber }) => (
              <th key={name} scope="col" data-number={isNumber}>
                {isHidden ? <span className="visually-hidden">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
