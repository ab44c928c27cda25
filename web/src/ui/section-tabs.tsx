/** The pages of one section, as links under its heading. */
import { Link, type LinkProps, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './section-tabs.module.css';

export type SectionTab = { readonly to: NonNullable<LinkProps['to']>; readonly text: string; readonly count?: number };
export type SectionTabsProps = { readonly label: string; readonly tabs: readonly SectionTab[] };

export function SectionTabs({ label, tabs }: SectionTabsProps): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  const { pathname } = useLocation();
  const counts = tabs.map(({ count = 0 }) => count).join();
  // On a narrow screen the tabs scroll: where one is must be in sight, also when a count has made a tab wider.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the counts move the tabs
  useEffect(() => {
    const here = list.current?.querySelector(`a[href="${pathname}"]`);
    here?.scrollIntoView?.({ inline: 'nearest', block: 'nearest' });
  }, [pathname, counts]);
  return (
    <nav aria-label={label}>
      <ul ref={list} className={classes.tabs}>
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
