/** How many instances suit, and what became of them. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../api/operations.ts';
import { useFormat } from '../i18n/format.ts';
import classes from './operations.module.css';

export function OperationCounts({ operation }: { readonly operation: Operation }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { matched, done, skipped, failed, dryRun } = operation;
  const counts = [
    [t('operations.matched'), matched],
    [t(dryRun ? 'operations.wouldDo' : 'operations.done'), done],
    [t('operations.skipped'), skipped],
    [t('operations.failed'), failed],
  ] as const;
  return (
    <>
      <dl className={classes.counts}>
        {counts.map(([name, count]) => (
          <div key={name}>
            <dt className="quiet small">{name}</dt>
            <dd className={classes.count}>{format.integer(count)}</dd>
          </div>
        ))}
      </dl>
      {skipped > 0 && <p className="quiet small">{t('operations.skippedHint')}</p>}
    </>
  );
}
