/** The evidence in plain words, for the person who has to decide. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Firing } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { useLabel } from '../ui/label.ts';
import classes from './evidence.module.css';
import { useDeviceName } from './device-name.ts';
import { devicesOf, isOfReading } from './evidence-group.ts';

export function WhatHappened({ evidence }: { readonly evidence: readonly Firing[] }): ReactNode {
  return devicesOf(evidence).map((device) => (
    <OnDevice key={device} device={device} firings={evidence.filter((firing) => firing.device === device)} />
  ));
}

function OnDevice({ device, firings }: { readonly device: string; readonly firings: readonly Firing[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const { name } = useDeviceName(device);
  const criteria = [...new Set(firings.map(({ criterion }) => label(criterion)))];
  return (
    <div className={classes.happened}>
      <p className={classes.headline}>
        {criteria.length === 1 && t('happened.one', { criterion: criteria[0] ?? '', device: name })}
        {criteria.length === 2 && t('happened.both', { device: name })}
        {criteria.length > 2 && t('happened.several', { count: criteria.length, device: name, criteria: format.list(criteria) })}
      </p>
      <ul className={classes.sentences}>
        {latestOfEach(firings).map((firing) => (
          <FiringSentence key={firing.id} firing={firing} />
        ))}
      </ul>
    </div>
  );
}

function FiringSentence({ firing }: { readonly firing: Firing }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const { criterion, device, signal, value, limit, at } = firing;
  const { unitOf } = useDeviceName(device);
  const unit = isOfReading(firing) ? unitOf(signal.field) : undefined;
  const words = {
    criterion: label(criterion),
    field: signal.field,
    detector: signal.detector ?? '',
    value: format.reading(value, unit),
    limit: format.setting(limit, unit),
    at: format.seconds(at),
  };
  if (signal.detector) return <li>{t('happened.score', words)}</li>;
  return <li>{value >= limit ? t('happened.above', words) : t('happened.below', words)}</li>;
}

/** A criterion that fired again while the process was open says its latest value; the table has them all. */
function latestOfEach(firings: readonly Firing[]): Firing[] {
  return [...new Map(firings.map((firing) => [firing.criterionId, firing])).values()];
}
