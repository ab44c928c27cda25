/** A page that scrolls as a whole; the inbox and the mails scroll in halves instead (split-view.tsx). */
import type { ReactNode } from 'react';
import classes from './page.module.css';

export function Page({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className={classes.page}>{children}</div>;
}
