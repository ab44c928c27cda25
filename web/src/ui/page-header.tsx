/** The top of a page: where it is, its one h1 (which also names the browser tab), and what can be done with it. */
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { BackIcon } from '../app/icons.tsx';
import classes from './page-header.module.css';

export type PageHeaderProps = {
  readonly title: string;
  readonly back?: { readonly text: string } & Pick<LinkProps, 'to' | 'params' | 'search'>;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
};

export function PageHeader({ title, back, beside, actions, children }: PageHeaderProps): ReactNode {
  return (
    <div className={classes.header}>
      <title>{`${title} – Millrace`}</title>
      {back !== undefined && (
        <Link {...linkOf(back)} className={classes.back}>
          <BackIcon size={16} />
          {back.text}
        </Link>
      )}
      <div className={classes.row}>
        <h1>
          <bdi>{title}</bdi>
        </h1>
        {beside}
        <div className={classes.actions}>{actions}</div>
      </div>
      {children !== undefined && <div className={classes.below}>{children}</div>}
    </div>
  );
}

const linkOf = ({ text: _, ...link }: NonNullable<PageHeaderProps['back']>): LinkProps => link;
