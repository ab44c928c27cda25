/** One machine on the overview. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FleetDevice, Kpis } from '../api/analyses.ts';
import { LastSeen } from '../devices/last-seen.tsx';
import { useFormat } from '../i18n/format.ts';
import { qualityTone } from '../quality/quality-tone.ts';
import { StateName } from '../states/state-name.tsx';
import { Ago } from '../ui/moment.tsx';
import { Pill } from '../ui/pill.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import classes from './fleet.module.css';
import { nameOf } from './fleet-order.ts';

export function MachineCard({ machine }: { readonly machine: FleetDevice }): ReactNode {
  const { t } = useTranslation();
  const { device, line, service, lastSeenAt, isSilent, state, stateSince, openAnomalies } = machine;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: device }} className={classes.card} data-silent={isSilent}>
      <span className={classes.head}>
        <bdi className={classes.name}>{nameOf(machine)}</bdi>
        {isSilent ? <Pill tone="bad">{t('fleet.silent')}</Pill> : <LastSeen at={lastSeenAt} />}
      </span>
      <span className={classes.about}>
        <bdi>{device}</bdi>
        {line && (
          <>
            {' '}
            · <bdi>{line}</bdi>
          </>
        )}
      </span>
      {state !== null && (
        <span className={classes.state}>
          <StateName state={state} />
          {stateSince !== null && (
            <span className={classes.since}>
              {t('fleet.since')} <Ago at={stateSince} />
            </span>
          )}
        </span>
      )}
      {isSilent && lastSeenAt !== null && (
        <span className={classes.silence}>
          {t('fleet.lastReading')} <Ago at={lastSeenAt} />
        </span>
      )}
      {service === null && <span className="quiet small">{t('fleet.noService')}</span>}
      <Day machine={machine} />
      {openAnomalies > 0 && (
        <span>
          <Pill tone="warn">{t('fleet.anomalies', { count: openAnomalies })}</Pill>
        </span>
      )}
    </Link>
  );
}

/** The latest day so far. A service that counts nothing has no KPIs, but quality. */
function Day({ machine: { today, quality } }: { readonly machine: FleetDevice }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const figures = [
    ...(today === null ? [] : kpiFigures(today.kpis).map(({ name, value }) => ({ name: t(`kpis.${name}`), value }))),
    ...(today === null || today.elements.pq === 0
      ? []
      : [{ name: t('kpis.pieces'), value: format.integer(today.elements.pq) }]),
    ...(quality === null
      ? []
      : [{ name: t('dataQuality.title'), value: <ShareBar share={quality} tone={qualityTone(quality)} /> }]),
  ];
  if (figures.length === 0) return null;
  return (
    <span className={classes.figures}>
      {figures.map(({ name, value }) => (
        <span key={name}>
          <span className="quiet">{name}</span>
          <span>{value}</span>
        </span>
      ))}
    </span>
  );
}

function kpiFigures({ oee, oeeLow, oeeHigh, availability, effectiveness, quality }: Kpis) {
  const ofTime = { name: 'availability', value: <ShareBar share={availability} /> } as const;
  if (effectiveness === null) return [ofTime];
  return [
    { name: 'oee', value: <ShareBar share={oee} low={oeeLow} high={oeeHigh} isStrong /> },
    ofTime,
    { name: 'effectiveness', value: <ShareBar share={effectiveness} /> },
    { name: 'quality', value: <ShareBar share={quality} /> },
  ] as const;
}
