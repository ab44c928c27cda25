/** What a criterion looks at, in words: a field, a detector's score on it, or other criteria. */
import { useTranslation } from 'react-i18next';
import type { Firing } from '../api/processes.ts';
import { useFormat } from '../i18n/format.ts';

export function useSignalText(): (about: Pick<Firing, 'signal'>) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ signal }) => {
    if (signal === undefined) return '–';
    if ('of' in signal) return t('firing.combination', { criteria: format.list(signal.of) });
    return signal.detector === undefined
      ? signal.field
      : t('firing.score', { field: signal.field, detector: signal.detector });
  };
}
