/** Where an instance is in its life. An open one with incidents needs a person and says so. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceSummary } from '../api/processes.ts';
import { Pill, type Tone } from '../ui/pill.tsx';

const tones: Readonly<Record<InstanceSummary['status'], Tone>> = {
  active: 'accent',
  completed: 'good',
  cancelled: 'neutral',
};

export function StatusPill({
  instance,
}: {
  readonly instance: Pick<InstanceSummary, 'status' | 'incidents'>;
}): ReactNode {
  const { t } = useTranslation();
  const { status, incidents } = instance;
  if (status === 'active' && incidents > 0) return <Pill tone="bad">{t('status.stuck', { count: incidents })}</Pill>;
  return <Pill tone={tones[status]}>{t(`status.${status}`)}</Pill>;
}
