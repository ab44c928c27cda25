/** How far an operation is: a word, and a bar that moves while it is at work. */
import { Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../api/operations.ts';
import { useFormat } from '../i18n/format.ts';
import { Pill, type Tone } from '../ui/pill.tsx';
import classes from './operations.module.css';

const tones: Readonly<Record<Operation['state'], Tone>> = {
  counting: 'accent',
  running: 'accent',
  done: 'good',
  cancelled: 'neutral',
};

export const isOver = ({ state }: Operation): boolean => state === 'done' || state === 'cancelled';

export function OperationState({ operation }: { readonly operation: Operation }): ReactNode {
  const { t } = useTranslation();
  const { state, dryRun } = operation;
  return (
    <span className={classes.state}>
      <Pill tone={tones[state]}>{t(`operations.states.${state}`)}</Pill>
      {dryRun && <Pill>{t('operations.dryRun')}</Pill>}
    </span>
  );
}

/** Before it is known how many there are, the bar only says that something is under way. */
export function OperationProgress({ operation }: { readonly operation: Operation }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { matched, done, skipped, failed, share, dryRun } = operation;
  const isOpen = !isOver(operation);
  const isUnknown = isOpen && (operation.state === 'counting' || dryRun);
  const handled = done + skipped + failed;
  return (
    <div className={classes.progress}>
      <Progress
        value={isUnknown ? 100 : share * 100}
        animated={isOpen}
        aria-label={t('operations.progress')}
        {...(operation.state === 'cancelled' && { color: 'gray' })}
      />
      <span className="small quiet">
        {t('operations.ofAll', { handled: format.integer(handled), matched: format.integer(matched) })}
      </span>
    </div>
  );
}
