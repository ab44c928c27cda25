/** Whether what the reader sees is kept up to date. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveStatus } from '../live/live-status.ts';
import classes from './live-indicator.module.css';

export function LiveIndicator(): ReactNode {
  const { t } = useTranslation();
  const status = useLiveStatus();
  return (
    <span className={classes.live} data-status={status} role="status" title={t(`live.${status}Hint`)}>
      <span className={classes.dot} aria-hidden="true" />
      {t(`live.${status}`)}
    </span>
  );
}
