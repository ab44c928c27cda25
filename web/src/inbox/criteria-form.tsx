/** The engineer's task: each criterion of the evidence with its limit now, and a field for the new one. */
import { NumberInput } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Criterion, isLimit, listCriteria } from '../api/measurements.ts';
import type { Firing } from '../api/processes.ts';
import { useDeviceName } from '../evidence/device-name.ts';
import { devicesOf } from '../evidence/evidence-group.ts';
import { anomalyOf, criterionIdOf, latestOfEach } from '../evidence/firing-signal.ts';
import { useSignalText } from '../evidence/signal-text.ts';
import { useFormat } from '../i18n/format.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './criteria-form.module.css';
import type { LimitChange, LimitChanges } from './limit-changes.ts';
import { LimitEffect } from './limit-effect.tsx';

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

  return (
    <Panel title={t('criteria.title')}>
      <p className="quiet">{t('criteria.intro')}</p>
      <ul className={classes.criteria}>
        {latestOfEach(evidence).map((firing) => (
          <li key={firing.id} className={classes.criterion}>
            <LimitField
              firing={firing}
              criterion={criteria.find(({ id }) => id === criterionIdOf(firing))}
              change={changes.get(criterionIdOf(firing))}
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
  const signalText = useSignalText();
  const { name: device, unitOf } = useDeviceName(firing.device);
  const unit = unitOf(firing);
  const current = currentLimit(firing, criterion);
  const proposed = change === undefined ? current : change.proposed;
  return (
    <>
      <div>
        <h3>
          <bdi>{firing.criterion}</bdi>
        </h3>
        <p className="quiet small">
          <bdi>{device}</bdi> · <bdi>{signalText(firing)}</bdi>
        </p>
        <Link to="/devices/$deviceId" params={{ deviceId: firing.device }} className="small">
          {t('criteria.toDevice')}
        </Link>
      </div>
      {current === undefined ? (
        <p className="quiet">{t('criteria.onlyThere')}</p>
      ) : (
        <NumberInput
          label={t('criteria.limit')}
          description={t('criteria.now', {
            limit: format.setting(current, unit),
            value: firing.value === undefined ? '–' : format.reading(firing.value, unit),
          })}
          value={proposed ?? ''}
          onChange={(value) =>
            onChange({ id: criterionIdOf(firing), current, proposed: typeof value === 'number' ? value : undefined })
          }
          error={proposed === undefined ? t('criteria.needsNumber') : null}
          suffix={unit ? ` ${unit}` : ''}
          step={stepFor(current)}
          disabled={isDisabled}
          stepHoldDelay={400}
          stepHoldInterval={80}
        />
      )}
      {proposed !== undefined && (
        <div className={classes.effect}>
          <LimitEffect firing={firing} criterion={criterion} limit={proposed} />
        </div>
      )}
    </>
  );
}

/** Undefined for a band, for a combination and for an anomaly: those are set where the device is. */
function currentLimit(firing: Firing, criterion: Criterion | undefined): number | undefined {
  const { limit } = firing;
  if (anomalyOf(firing) !== undefined) return undefined;
  if (criterion === undefined) return typeof limit === 'number' ? limit : undefined;
  if (!isLimit(criterion.settings)) return undefined;
  return typeof criterion.settings.limit === 'number' ? criterion.settings.limit : undefined;
}

/** A step that changes the second digit: 4.5 moves by 0.1, 85 by 1. */
const stepFor = (limit: number): number => (limit === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(limit))) - 1));
