/** The pages of one section, as links under its heading. */
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './section-tabs.module.css';

export type SectionTab = { readonly to: NonNullable<LinkProps['to']>; readonly text: string; readonly count?: number };
export type SectionTabsProps = { readonly label: string; readonly tabs: readonly SectionTab[] };

export function SectionTabs({ label, tabs }: SectionTabsProps): ReactNode {
  return (
    <nav aria-label={label}>
      <ul className={classes.tabs}>
        {tabs.map(({ to, text, count }) => (
          <li key={to}>
            <Link
              to={to}
              className={classes.tab}
              activeProps={{ className: classes.active }}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              {text}
              {count !== undefined && count > 0 && <span className={classes.count}>{count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
