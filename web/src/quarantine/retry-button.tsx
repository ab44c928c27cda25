/** Takes refused rows in once more, and says what became of them. For engineers. */
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JobProgress } from '../analyses/job-progress.tsx';
import { keys } from '../api/keys.ts';
import { type QuarantineFilter, type RetryResult, retryQuarantine } from '../api/measurements.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useFormat } from '../i18n/format.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Facts } from '../ui/facts.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';

const STALES = [keys.allQuarantine, keys.allAnalyses];

export type RetryButtonProps = {
  readonly filter: QuarantineFilter;
  /** There is nothing to take in; what was asked before is still told. */
  readonly isIdle: boolean;
};

export function RetryButton({ filter, isIdle }: RetryButtonProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [isAsking, setIsAsking] = useState(false);
  if (!hasRole(me, 'engineer')) return null;
  return (
    <>
      {!isIdle && (
        <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
          {t('quarantine.retry')}
        </Button>
      )}
      {isAsking && <RetryDialog filter={filter} onClose={() => setIsAsking(false)} />}
    </>
  );
}

type RetryDialogProps = { readonly filter: QuarantineFilter; readonly onClose: () => void };

function RetryDialog({ filter, onClose }: RetryDialogProps): ReactNode {
  const { t } = useTranslation();
  const start = useMutation({ mutationFn: () => retryQuarantine(filter), meta: { showsOwnErrors: true } });
  const { device, code } = filter;
  return (
    <Dialog title={t('quarantine.retry')} onClose={onClose}>
      {start.data === undefined ? (
        <>
          <p>{t('quarantine.retryText')}</p>
          <Facts
            rows={[
              { name: t('analyses.device'), value: device ?? t('quarantine.every') },
              { name: t('quarantine.why'), value: code ?? t('quarantine.every') },
            ]}
          />
          {start.error !== null && <ProblemPanel error={start.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button loading={start.isPending} onClick={() => start.mutate()}>
              {t('quarantine.retry')}
            </Button>
          </Group>
        </>
      ) : (
        <JobProgress<RetryResult>
          job={start.data.job}
          leaveText={t('waiting.goesOn')}
          stales={STALES}
          onClose={onClose}
        >
          {(result) => <Result result={result} />}
        </JobProgress>
      )}
    </Dialog>
  );
}

function Result({ result: { stored, duplicate, refused, unreadable } }: { readonly result: RetryResult }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const again = Object.entries(refused);
  return (
    <div role="status">
      <Facts
        rows={[
          { name: t('quarantine.stored'), value: format.integer(stored) },
          ...(duplicate > 0 ? [{ name: t('quarantine.duplicate'), value: format.integer(duplicate) }] : []),
          ...again.map(([code, count]) => ({
            name: t('quarantine.again', { code }),
            value: format.integer(count),
          })),
          ...(unreadable > 0 ? [{ name: t('quarantine.unreadable'), value: format.integer(unreadable) }] : []),
        ]}
      />
    </div>
  );
}
