/** Nothing to show, and why that is so. */
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

export type EmptyStateProps = { readonly title: string; readonly children?: ReactNode };

export function EmptyState({ title, children }: EmptyStateProps): ReactNode {
  return (
    <div className={classes.empty}>
      <p className={classes.title}>{title}</p>
      {children !== undefined && <div className={classes.text}>{children}</div>}
    </div>
  );
}
