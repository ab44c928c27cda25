/** A share as a bar with its figure; where it is known only between bounds, these are drawn and told too. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format.ts';
import classes from './share-bar.module.css';

export type ShareBarProps = {
  /** From 0 to 1, now and then above; null: there is nothing to divide by. */
  readonly share: number | null;
  readonly low?: number | null | undefined;
  readonly high?: number | null | undefined;
  readonly isStrong?: boolean;
  readonly tone?: 'plain' | 'warn' | 'bad' | undefined;
};

/** Bounds that are no further apart are the figure itself, to the digits that are shown. */
const TOLD_APART = 0.0005;

export function ShareBar({ share, low, high, isStrong = false, tone = 'plain' }: ShareBarProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  if (share === null) return <span className="quiet">–</span>;
  const isBounded = typeof low === 'number' && typeof high === 'number' && high - low > TOLD_APART;
  return (
    <span className={classes.share} data-strong={isStrong} data-tone={tone}>
      <span className={classes.track} aria-hidden="true">
        <span className={classes.bar} style={{ inlineSize: percent(share) }} />
        {isBounded && (
          <span
            className={classes.bounds}
            style={{ insetInlineStart: percent(low), inlineSize: `calc(${percent(high)} - ${percent(low)})` }}
          />
        )}
      </span>
      <span>
        {format.share(share)}
        {isBounded && (
          <span className={classes.between}>
            {t('kpis.between', { low: format.share(low), high: format.share(high) })}
          </span>
        )}
      </span>
    </span>
  );
}

const percent = (share: number): string => `${Math.min(1, Math.max(0, share)) * 100}%`;
