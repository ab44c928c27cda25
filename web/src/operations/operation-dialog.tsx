/** Does something to all instances of a list: said, counted by a dry run, and begun with that number on the button. */
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { beginOperation, type InstanceChoice, type Operation, type OperationVerb } from '../api/operations.ts';
import classes from '../mending/mending.module.css';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { OperationCounts } from './operation-counts.tsx';
import { emptyDraft, type OperationDraft, operationOf } from './operation-draft.ts';
import { OperationFields } from './operation-fields.tsx';
import { OperationProblems } from './operation-problems.tsx';
import { isOver, OperationProgress } from './operation-state.tsx';
import { useFilterWords } from './operation-words.ts';
import own from './operations.module.css';
import { useOperation } from './use-operation.ts';

export type OperationDialogProps = {
  readonly filter: InstanceChoice;
  readonly what?: OperationVerb;
  readonly onClose: () => void;
};

export function OperationDialog({ filter, what = 'suspend', onClose }: OperationDialogProps): ReactNode {
  const { t } = useTranslation();
  const filterWords = useFilterWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => emptyDraft(what));
  const asked = operationOf(draft, filter);
  const count = useMutation({
    mutationFn: () => beginOperation({ ...(asked as NonNullable<typeof asked>), dryRun: true }),
    meta: { showsOwnErrors: true },
  });
  const counted = useOperation(count.data?.id);
  const begin = useMutation({
    mutationFn: () => beginOperation(asked as NonNullable<typeof asked>),
    meta: { showsOwnErrors: true },
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: keys.operations });
      onClose();
      void navigate({ to: '/processes/operations/$operationId', params: { operationId: id } });
    },
  });
  // What was counted is no longer what would be done.
  const change = (next: OperationDraft): void => {
    count.reset();
    begin.reset();
    setDraft(next);
  };
  const found = count.data === undefined ? undefined : (counted.data ?? count.data);
  const error = count.error ?? begin.error ?? counted.error;
  return (
    <Dialog title={t('operations.beginTitle')} isWide onClose={onClose}>
      <div className={classes.form}>
        <p>{t('operations.scope', { filter: filterWords(filter) })}</p>
        <OperationFields draft={draft} filter={filter} onChange={change} />
        {error !== null && <ProblemPanel error={error} />}
        {found !== undefined && <Found operation={found} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          {found === undefined || !isOver(found) ? (
            <Button
              disabled={asked === undefined}
              loading={count.isPending || found !== undefined}
              onClick={() => count.mutate()}
            >
              {t('operations.countFirst')}
            </Button>
          ) : (
            <Button
              disabled={found.done === 0}
              loading={begin.isPending}
              onClick={() => begin.mutate()}
              {...(draft.what === 'cancel' && { color: 'danger' })}
            >
              {t('operations.doIt', { what: t(`operations.verbs.${draft.what}`), count: found.done })}
            </Button>
          )}
        </Group>
      </div>
    </Dialog>
  );
}

/** What the dry run has found so far, or in the end. */
function Found({ operation }: { readonly operation: Operation }): ReactNode {
  const { t } = useTranslation();
  const { matched, problems } = operation;
  return (
    <div className={own.found} role="status">
      {isOver(operation) ? (
        <>
          <p className={classes.strong}>{t('operations.found', { count: matched })}</p>
          {matched > 0 && <OperationCounts operation={operation} />}
          {problems.length > 0 && <OperationProblems problems={problems} />}
        </>
      ) : (
        <>
          <p>{t('operations.counting')}</p>
          <OperationProgress operation={operation} />
        </>
      )}
    </div>
  );
}
