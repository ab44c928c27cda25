/** The anomalies of a detector by their scores: what a limit on the score reaches and what it leaves. */
import type { ReactNode } from 'react';
import type { TimeWindow } from '../api/analyses.ts';
import type { Anomaly } from '../api/measurements.ts';
import type { Scale } from './tuned-limit.ts';
import classes from './tuner.module.css';

export type ScoreSticksProps = {
  readonly anomalies: readonly Anomaly[];
  readonly window: TimeWindow;
  readonly scale: Scale;
};

/** Of a picture that is stretched over the plot. */
const SIDE = 1_000;

export function ScoreSticks({ anomalies, window: { fromMs, toMs }, scale: { min, max } }: ScoreSticksProps): ReactNode {
  const x = (at: string): number => ((Date.parse(at) - fromMs) / (toMs - fromMs)) * SIDE;
  const y = (score: number): number => ((max - Math.min(max, Math.max(min, score))) / (max - min)) * SIDE;
  return (
    <svg className={classes.sticks} viewBox={`0 0 ${SIDE} ${SIDE}`} preserveAspectRatio="none" aria-hidden="true">
      {anomalies.map(({ id, evidence, score, label }) => (
        <path
          key={id}
          data-label={label ?? 'none'}
          d={`M${x(evidence.at)} ${y(Math.max(0, min))}V${y(score)}`}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}
