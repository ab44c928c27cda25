/** The evidence in plain words, for the person who has to decide. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Firing } from '../api/processes.ts';
import { useFormat } from '../i18n/format.ts';
import { useLimitText } from '../ui/limit-text.ts';
import { useDeviceName } from './device-name.ts';
import classes from './evidence.module.css';
import { devicesOf } from './evidence-group.ts';
import { anomalyOf, beyondBy, detectorOf, fieldOf, latestOfEach, membersOf } from './firing-signal.ts';

export function WhatHappened({ evidence }: { readonly evidence: readonly Firing[] }): ReactNode {
  return devicesOf(evidence).map((device) => (
    <OnDevice key={device} device={device} firings={evidence.filter((firing) => firing.device === device)} />
  ));
}

function OnDevice({ device, firings }: { readonly device: string; readonly firings: readonly Firing[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { name } = useDeviceName(device);
  const criteria = [...new Set(firings.map(({ criterion }) => criterion))];
  const words = { device: name, criteria: format.list(criteria), count: criteria.length };
  return (
    <div className={classes.happened}>
      <p className={classes.headline}>
        {criteria.length === 1 && t('happened.one', { criterion: criteria[0] ?? '', device: name })}
        {criteria.length === 2 && t('happened.both', words)}
        {criteria.length > 2 && t('happened.several', words)}
      </p>
      <ul className={classes.sentences}>
        {latestOfEach(firings).map((firing) => (
          <li key={firing.id}>
            <FiringSentence firing={firing} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function FiringSentence({ firing }: { readonly firing: Firing }): string {
  const { t } = useTranslation();
  const format = useFormat();
  const limitText = useLimitText();
  const { unitOf } = useDeviceName(firing.device);
  const { criterion, value, limit } = firing;
  const at = format.seconds(firing.at);
  const field = fieldOf(firing);
  if (value === undefined || limit === undefined) return t('happened.bare', { criterion, at });
  const found = anomalyOf(firing);
  if (found !== undefined)
    return t('happened.anomaly', { ...found, criterion, at, severity: t(`severities.${found.severity}`) });
  if (field === undefined) {
    const members = format.list(membersOf(firing));
    return t('happened.combination', { criterion, at, value: format.setting(value), members });
  }
  const unit = unitOf(firing);
  const words = { criterion, field, at, value: format.reading(value, unit), limit: limitText(limit, unit) };
  const detector = detectorOf(firing);
  if (detector !== undefined) return t('happened.score', { ...words, detector });
  return (beyondBy(firing) ?? 0) >= 0 ? t('happened.above', words) : t('happened.below', words);
}
