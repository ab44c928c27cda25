/** When a criterion fires, as a sentence: "vibration is above 4.5 mm/s for 30s". */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type AnomalySettings,
  type CombinationSettings,
  type Criterion,
  type Device,
  isCombination,
  isLimit,
  type LimitSettings,
} from '../api/measurements.ts';
import { useSignalText } from '../evidence/signal-text.ts';
import { useFormat } from '../i18n/format.ts';
import { useLimitText } from '../ui/limit-text.ts';

export type CriterionRuleProps = { readonly criterion: Criterion; readonly unit: string | undefined };

export function CriterionRule({ criterion: { settings }, unit }: CriterionRuleProps): ReactNode {
  if (isCombination(settings)) return <Combination settings={settings} />;
  return isLimit(settings) ? <Limit settings={settings} unit={unit} /> : <OfAnomaly settings={settings} />;
}

function Limit({ settings, unit }: { readonly settings: LimitSettings; readonly unit: string | undefined }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const limitText = useLimitText();
  const signalText = useSignalText();
  const { limit, direction, duration, hysteresis } = settings;
  const words = { signal: signalText(settings), limit: limitText(limit, unit) };
  return (
    <>
      <bdi>{t(`criterion.${direction}`, words)}</bdi>
      <Duration duration={duration} />
      {hysteresis > 0 && (
        <>
          <br />
          <span className="quiet small">{t('criterion.clears', { hysteresis: format.setting(hysteresis, unit) })}</span>
        </>
      )}
    </>
  );
}

function OfAnomaly({ settings }: { readonly settings: AnomalySettings }): ReactNode {
  const { t } = useTranslation();
  const signalText = useSignalText();
  const { minSeverity = 'minor' } = settings.signal;
  return (
    <>
      <bdi>{t('criterion.anomaly', { anomaly: signalText(settings) })}</bdi>
      {minSeverity !== 'minor' && `, ${t('criterion.severe', { severity: t(`severities.${minSeverity}`) })}`}
      <Duration duration={settings.duration} />
    </>
  );
}

function Combination({ settings }: { readonly settings: CombinationSettings }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      {t('criterion.combination', { count: settings.atLeast, criteria: format.list(settings.of) })}
      <Duration duration={settings.duration} />
    </>
  );
}

function Duration({ duration }: { readonly duration: string }): ReactNode {
  const { t } = useTranslation();
  return /^(0(ms|s|m|h|d)|PT0S)$/.test(duration) ? null : ` ${t('criterion.for', { duration })}`;
}

/** The unit of what a criterion judges; a score and a count have none. */
export function unitOfCriterion({ fields }: Device, { settings }: Criterion): string | undefined {
  if (!isLimit(settings) || settings.signal.detector !== undefined) return undefined;
  return fields.find(({ name }) => name === settings.signal.field)?.unit;
}
