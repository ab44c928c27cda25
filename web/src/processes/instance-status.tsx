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
  readonly instance: Pick<InstanceSummary, 'status' | 'incidents' | 'suspended'>;
}): ReactNode {
  const { t } = useTranslation();
  const { status, incidents, suspended } = instance;
  const stuck = status === 'active' && incidents > 0 && (
    <Pill tone="bad">{t('status.stuck', { count: incidents })}</Pill>
  );
  if (suspended !== undefined)
    return (
      <>
        <Pill tone="warn">{t('status.suspended')}</Pill> {stuck}
      </>
    );
  if (stuck) return stuck;
  return <Pill tone={tones[status]}>{t(`status.${status}`)}</Pill>;
}
