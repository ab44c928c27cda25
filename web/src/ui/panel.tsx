/** A framed part of a page with its own heading. */
import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

export type PanelProps = {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  /** Tables and diagrams reach to the frame. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
};

export function Panel({ title, beside, actions, isFlush = false, children }: PanelProps): ReactNode {
  const headingId = useId();
  return (
    <section className={classes.panel} aria-labelledby={headingId}>
      <div className={classes.head}>
        <h2 id={headingId}>{title}</h2>
        {beside}
        <div className={classes.actions}>{actions}</div>
      </div>
      <div className={isFlush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
