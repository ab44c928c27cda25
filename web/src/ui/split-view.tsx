/** A list on one side, the chosen item on the other. On a narrow screen one of the two at a time. */
import type { ReactNode } from 'react';
import classes from './split-view.module.css';

export type SplitViewProps = {
  readonly list: ReactNode;
  readonly listLabel: string;
  readonly detail: ReactNode;
  readonly detailLabel: string;
  /** On a narrow screen: the detail instead of the list. */
  readonly showsDetail: boolean;
};

export function SplitView({ list, listLabel, detail, detailLabel, showsDetail }: SplitViewProps): ReactNode {
  return (
    <div className={classes.split} data-shows={showsDetail ? 'detail' : 'list'}>
      <section className={classes.list} aria-label={listLabel}>
        {list}
      </section>
      <section className={classes.detail} aria-label={detailLabel}>
        {detail}
      </section>
    </div>
  );
}
