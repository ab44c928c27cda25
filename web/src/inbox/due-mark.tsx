/** When a task has to be settled; loud only when that time is near or gone. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ClockIcon } from '../app/icons.tsx';
import { useFormat } from '../i18n/format.ts';
import { useNow } from '../ui/now.ts';
import { Pill, type Tone } from '../ui/pill.tsx';
import { type DueState, dueStateOf } from './task-view.ts';

const tones: Readonly<Record<DueState, Tone>> = { none: 'neutral', later: 'neutral', soon: 'warn', overdue: 'bad' };

export function DueMark({ dueAt }: { readonly dueAt: string | null }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  if (dueAt === null) return null;
  const state = dueStateOf({ dueAt }, now);
  const at = format.relative(dueAt, now);
  return (
    <span title={format.exact(dueAt)}>
      <Pill tone={tones[state]}>
        <ClockIcon size={13} />
        {state === 'overdue' ? t('inbox.overdue', { at }) : t('inbox.due', { at })}
      </Pill>
    </span>
  );
}
