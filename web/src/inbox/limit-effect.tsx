/**
 * What a proposed limit would have made of the past: for a reading, how often the readings of this evidence lie beyond
 * it; for a score, how many of the detector's latest anomalies reach it.
 */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Criterion, isLimit, listAnomalies, readSeries } from '../api/measurements.ts';
import type { Firing } from '../api/processes.ts';
import { stretchesBeyond } from '../charts/series-shape.ts';
import { groupEvidence } from '../evidence/evidence-group.ts';
import { beyondBy, detectorOf, fieldOf } from '../evidence/firing-signal.ts';
import { useFormat } from '../i18n/format.ts';
import classes from './criteria-form.module.css';

export type LimitEffectProps = {
  readonly firing: Firing;
  readonly criterion: Criterion | undefined;
  readonly limit: number;
};

const POINTS = 600;
const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;

export function LimitEffect(props: LimitEffectProps): ReactNode {
  if (fieldOf(props.firing) === undefined) return null;
  return detectorOf(props.firing) === undefined ? <OnReadings {...props} /> : <OnAnomalies {...props} />;
}

function OnReadings({ firing, criterion, limit }: LimitEffectProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const [group] = groupEvidence([firing]);
  const { device, field = '', fromMs, toMs } = group ?? { device: firing.device };
  const series = useQuery({
    queryKey: [...keys.pastSeries(device, field, `${fromMs}-${toMs}`), 'effect'],
    queryFn: ({ signal }) => readSeries({ device, field, fromMs, toMs, points: POINTS }, signal),
  });
  if (series.data === undefined) return null;
  const isBelow =
    criterion !== undefined && isLimit(criterion.settings)
      ? criterion.settings.direction === 'below'
      : (beyondBy(firing) ?? 0) < 0;
  const count = stretchesBeyond(series.data.points, limit, isBelow ? 'below' : 'above');
  const words = { count, limit: format.setting(limit, series.data.unit) };
  return <Effect isQuiet={count === 0} text={isBelow ? t('criteria.below', words) : t('criteria.above', words)} />;
}

function OnAnomalies({ firing, limit }: LimitEffectProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { device } = firing;
  const detector = detectorOf(firing);
  const toMs = Date.parse(firing.at) + HOUR_MS;
  const window = { device, fromMs: toMs - WEEK_MS, toMs };
  const anomalies = useQuery({
    queryKey: [...keys.pastAnomalies(device, `${window.fromMs}-${toMs}`), 'effect'],
    queryFn: ({ signal }) => listAnomalies(window, { signal }),
  });
  const found = anomalies.data?.items.filter((each) => each.detector === detector && each.field === fieldOf(firing));
  if (found === undefined || found.length === 0) return null;
  const reaching = found.filter(({ score }) => score > limit).length;
  const words = { count: found.length, reaching, detector: detector ?? '', limit: format.setting(limit) };
  return <Effect isQuiet={reaching === 0} text={t('criteria.anomalies', words)} />;
}

function Effect({ isQuiet, text }: { readonly isQuiet: boolean; readonly text: string }): ReactNode {
  return (
    <p className={classes.effectText} data-quiet={isQuiet} role="status">
      {text}
    </p>
  );
}
