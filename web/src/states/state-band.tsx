/**
 * The states of a machine as a band over the time axis of its charts, with how long each lasted. The sums say to a screen
 * reader what the band shows; each stretch tells its state and times under the pointer.
 */
import { useElementSize } from '@mantine/hooks';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { StateSegment, TimeWindow } from '../api/analyses.ts';
import { useFormat } from '../i18n/format.ts';
import { StateSwatch, usePatterns } from './state-swatch.tsx';
import classes from './states.module.css';
import { clipped, drawable, sumsOf } from './stretches.ts';

const HEIGHT = 28;
/** Stretches that are drawn one by one; more than a screen has room for only cost time. */
const MAX_DRAWN = 600;

export type StateBandProps = { readonly segments: readonly StateSegment[]; readonly window: TimeWindow };

export function StateBand({ segments, window }: StateBandProps): ReactNode {
  const { ref, width } = useElementSize();
  return (
    <figure className={classes.figure}>
      <div className={classes.frame} dir="ltr">
        <svg ref={ref} className={classes.band} height={HEIGHT} aria-hidden="true" focusable="false">
          {width > 0 && <Stretches segments={segments} window={window} width={width} />}
        </svg>
      </div>
      <figcaption>
        <StateSums segments={segments} window={window} />
      </figcaption>
    </figure>
  );
}

function Stretches({ segments, window, width }: StateBandProps & { readonly width: number }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { fillOf, patterns } = usePatterns();
  const { fromMs, toMs } = window;
  const drawn = useMemo(
    () => drawable(clipped(segments, { fromMs, toMs }), { fromMs, toMs }, MAX_DRAWN),
    [segments, fromMs, toMs],
  );
  const x = (atMs: number): number => ((atMs - fromMs) / (toMs - fromMs)) * width;
  return (
    <>
      {patterns}
      {drawn.map((stretch) => (
        <rect
          key={stretch.fromMs}
          x={x(stretch.fromMs)}
          width={Math.max(1, x(stretch.toMs) - x(stretch.fromMs))}
          height={HEIGHT}
          fill={fillOf(stretch.state)}
        >
          <title>
            {t('states.stretch', {
              state: t(`states.names.${stretch.state}`),
              from: format.moment(stretch.fromMs),
              to: format.moment(stretch.toMs),
              duration: format.duration(stretch.toMs - stretch.fromMs),
            })}
          </title>
        </rect>
      ))}
    </>
  );
}

function StateSums({ segments, window: { fromMs, toMs } }: StateBandProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const sums = useMemo(() => sumsOf(segments, { fromMs, toMs }), [segments, fromMs, toMs]);
  if (sums.length === 0) return <p className="quiet small">{t('states.none')}</p>;
  return (
    <ul className={classes.legend} aria-label={t('states.sums')}>
      {sums.map(({ state, sumMs, count }) => (
        <li key={state}>
          <StateSwatch state={state} />
          {t(`states.names.${state}`)} <strong>{format.duration(sumMs)}</strong>
          {(state === 'microstop' || state === 'breakdown') && ` (${format.integer(count)})`}
        </li>
      ))}
    </ul>
  );
}
