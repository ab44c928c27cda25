/** What the limit would have made of the past: firings, and the anomalies people judged that it catches or misses. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CriterionSimulation } from '../../../src/client/wire-simulation.ts';
import type { Anomaly } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Moment } from '../ui/moment.tsx';
import { useOutcomeName } from '../ui/outcome.ts';
import { Pill } from '../ui/pill.tsx';
import { type Verdict, verdictsOf } from './tuned-limit.ts';
import classes from './tuner.module.css';

export type TrialResultProps = {
  readonly trial: CriterionSimulation;
  readonly anomalies: readonly Anomaly[];
  /** Another answer is under way. */
  readonly isOld: boolean;
  readonly isChanged: boolean;
};

export function TrialResult({ trial, anomalies, isOld, isChanged }: TrialResultProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { current, proposed, readings } = trial;
  const verdicts = verdictsOf(anomalies, { now: current.firings, proposed: proposed.firings });
  const { labelled } = proposed;
  return (
    <div className={classes.result} data-old={isOld} aria-busy={isOld}>
      <div className={classes.counts} role="status">
        <p>
          <strong>{t('tuner.fires', { count: proposed.count })}</strong>{' '}
          {isChanged && t('tuner.instead', { count: current.count })}
        </p>
        <p>
          {labelled === null
            ? t('tuner.noneLabelled')
            : t('tuner.labelled', {
                hit: format.integer(labelled.hit),
                missed: format.integer(labelled.missed),
                falseAlarms: format.integer(labelled.falseAlarms),
              })}
        </p>
        <p className="quiet small">{t('tuner.judged', { readings: format.integer(readings) })}</p>
      </div>
      {verdicts.length > 0 && <VerdictTable verdicts={verdicts} />}
    </div>
  );
}

function VerdictTable({ verdicts }: { readonly verdicts: readonly Verdict[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomeName = useOutcomeName();
  const columns = [
    { name: t('anomalies.from') },
    { name: t('anomalyList.foundBy') },
    { name: t('anomalies.score'), isNumber: true },
    { name: t('anomalies.label') },
    { name: t('tuner.now') },
    { name: t('tuner.proposed') },
  ];
  return (
    <DataTable caption={t('tuner.verdicts')} columns={columns}>
      {verdicts.map(({ anomaly, now, proposed }) => (
        <tr key={anomaly.id}>
          <td>
            <Moment at={anomaly.from} />
          </td>
          <td>
            <bdi>{anomaly.detector}</bdi>
          </td>
          <td data-number>{format.reading(anomaly.score)}</td>
          <td>
            <bdi>{outcomeName(anomaly.label ?? '')}</bdi>
          </td>
          <td>
            <Fires isFiring={now} label={anomaly.label} />
          </td>
          <td>
            <Fires isFiring={proposed} label={anomaly.label} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

/** Good: it fires on what was confirmed, and not on what was rejected. */
function Fires({ isFiring, label }: { readonly isFiring: boolean; readonly label: string | null }): ReactNode {
  const { t } = useTranslation();
  if (label === 'confirmed')
    return isFiring ? <Pill tone="good">{t('tuner.caught')}</Pill> : <Pill tone="bad">{t('tuner.missed')}</Pill>;
  return isFiring ? <Pill tone="bad">{t('tuner.falseAlarm')}</Pill> : <Pill tone="good">{t('tuner.quiet')}</Pill>;
}
