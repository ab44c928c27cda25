/** The engineer's task: each criterion of the evidence with its limit now, and a field for the new one. */
import { NumberInput } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Criterion, type Firing, listCriteria, readSeries } from '../api/measurements.ts';
import { stretchesBeyond } from '../charts/series-shape.ts';
import { useDeviceName } from '../evidence/device-name.ts';
import { devicesOf, groupEvidence } from '../evidence/evidence-group.ts';
import { useFormat } from '../i18n/format.ts';
import { useLabel } from '../ui/label.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './criteria-form.module.css';
import type { LimitChange, LimitChanges } from './limit-changes.ts';

export type CriteriaFormProps = {
  readonly evidence: readonly Firing[];
  readonly changes: LimitChanges;
  readonly onChange: (change: LimitChange) => void;
  readonly isDisabled: boolean;
};

export function CriteriaForm({ evidence, changes, onChange, isDisabled }: CriteriaFormProps): ReactNode {
  const { t } = useTranslation();
  const criteria = useQueries({
    queries: devicesOf(evidence).map((device) => ({
      queryKey: keys.criteria(device),
      queryFn: ({ signal }: { signal: AbortSignal }) => listCriteria(device, { signal }),
    })),
  }).flatMap(({ data }) => data?.items ?? []);
  const firings = [...new Map(evidence.map((firing) => [firing.criterionId, firing])).values()];

  return (
    <Panel title={t('criteria.title')}>
      <p className="quiet">{t('criteria.intro')}</p>
      <ul className={classes.criteria}>
        {firings.map((firing) => (
          <li key={firing.criterionId} className={classes.criterion}>
            <LimitField
              firing={firing}
              criterion={criteria.find(({ id }) => id === firing.criterionId)}
              change={changes.get(firing.criterionId)}
              onChange={onChange}
              isDisabled={isDisabled}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

type LimitFieldProps = Pick<CriteriaFormProps, 'onChange' | 'isDisabled'> & {
  readonly firing: Firing;
  readonly criterion: Criterion | undefined;
  readonly change: LimitChange | undefined;
};

function LimitField({ firing, criterion, change, onChange, isDisabled }: LimitFieldProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const { name: device, unitOf } = useDeviceName(firing.device);
  const unit = firing.signal.detector ? undefined : unitOf(firing.signal.field);
  const current = criterion?.settings.limit ?? firing.limit;
  const proposed = change === undefined ? current : change.proposed;
  const signal = firing.signal.detector
    ? t('firing.score', { field: firing.signal.field, detector: firing.signal.detector })
    : firing.signal.field;
  return (
    <>
      <div>
        <h3>
          <bdi>{label(firing.criterion)}</bdi>
        </h3>
        <p className="quiet small">
          <bdi>{device}</bdi> · <bdi>{signal}</bdi>
        </p>
        <Link to="/devices/$deviceId" params={{ deviceId: firing.device }} className="small">
          {t('criteria.toDevice')}
        </Link>
      </div>
      <NumberInput
        label={t('criteria.limit')}
        description={t('criteria.now', { limit: format.setting(current, unit), value: format.reading(firing.value, unit) })}
        value={proposed ?? ''}
        onChange={(value) =>
          onChange({ id: firing.criterionId, current, proposed: typeof value === 'number' ? value : undefined })
        }
        error={proposed === undefined ? t('criteria.needsNumber') : null}
        suffix={unit ? ` ${unit}` : ''}
        step={stepFor(current)}
        disabled={isDisabled}
        stepHoldDelay={400}
        stepHoldInterval={80}
      />
      {!firing.signal.detector && proposed !== undefined && <Effect firing={firing} criterion={criterion} limit={proposed} />}
    </>
  );
}

/** How the readings of this evidence would have been judged by the new limit; the chart shows the same line. */
function Effect({ firing, criterion, limit }: { readonly firing: Firing; readonly criterion: Criterion | undefined; readonly limit: number }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const [group] = groupEvidence([firing]);
  const window = group ? `${group.fromMs}-${group.toMs}` : '';
  const series = useQuery({
    queryKey: [...keys.pastSeries(firing.device, firing.signal.field, window), 'effect'],
    queryFn: ({ signal }) =>
      readSeries(
        { device: firing.device, field: firing.signal.field, fromMs: group?.fromMs, toMs: group?.toMs, points: 600 },
        signal,
      ),
  });
  if (series.data === undefined) return null;
  const direction = criterion?.settings.direction ?? (firing.value >= firing.limit ? 'above' : 'below');
  const count = stretchesBeyond(series.data.points, limit, direction);
  const words = { count, limit: format.setting(limit, series.data.unit) };
  const text = direction === 'above' ? t('criteria.above', words) : t('criteria.below', words);
  return (
    <p className={classes.effect} data-quiet={count === 0} role="status">
      {text}
    </p>
  );
}

/** A step that changes the second digit: 4.5 moves by 0.1, 85 by 1. */
const stepFor = (limit: number): number => (limit === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(limit))) - 1));
