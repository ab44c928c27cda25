/** What a criterion looks at, in words: a field, a detector's score on it, an anomaly, or other criteria. */
import { useTranslation } from 'react-i18next';
import type { AnomalySettings } from '../api/measurements.ts';
import type { Firing } from '../api/processes.ts';
import { useFormat } from '../i18n/format.ts';

type About = { readonly signal?: Firing['signal'] | AnomalySettings['signal'] };

export function useSignalText(): (about: About) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ signal }) => {
    if (signal === undefined) return '–';
    if ('of' in signal) return t('firing.combination', { criteria: format.list(signal.of) });
    if ('anomaly' in signal)
      return signal.field === undefined
        ? signal.anomaly
        : t('firing.anomaly', { anomaly: signal.anomaly, field: signal.field });
    return signal.detector === undefined
      ? signal.field
      : t('firing.score', { field: signal.field, detector: signal.detector });
  };
}
