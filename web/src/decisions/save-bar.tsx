/** Saves a draft as the next version, and says what to do when somebody else was faster. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeTable, DECISION_CHANGED, type Decision, modelProblemsOf } from '../api/decisions.ts';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { AlertIcon } from '../app/icons.tsx';
import { toastDone } from '../app/problem-toast.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './decisions.module.css';
import type { Draft } from './table/use-draft.ts';

export type SaveBarProps = {
  /** What the draft was made of. */
  readonly base: Decision;
  /** What is deployed now. */
  readonly newest: Decision;
  readonly draft: Draft;
  /** Nothing is kept of the draft any more: it was saved, or given up. */
  readonly onDone: () => void;
};

export function SaveBar({ base, newest, draft, onDone }: SaveBarProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keys.decisions });
  const save = useMutation({
    mutationFn: (basedOn: number) => changeTable(base.key, { table: draft.table, basedOn }),
    meta: { showsOwnErrors: true },
    onSuccess: async ({ version }) => {
      await refresh();
      toastDone(t('decisions.saved', { version }));
      onDone();
    },
    onError: (error) => (isProblem(error, DECISION_CHANGED) ? refresh() : undefined),
  });
  // While it is saved, the version that is newer may be its own.
  const isBehind = newest.version > base.version && !save.isPending;
  if (!draft.isChanged && !isBehind) return null;
  return (
    <section className={classes.save} data-behind={isBehind} aria-label={t('decisions.draft')}>
      {isBehind && <Behind base={base} newest={newest} />}
      <div className={classes.saveRow}>
        <span>{draft.isChanged && t('decisions.changed', { version: base.version })}</span>
        {draft.isChanged && (
          <Button
            loading={save.isPending}
            variant={isBehind ? 'default' : 'filled'}
            onClick={() => save.mutate(isBehind ? newest.version : base.version)}
          >
            {isBehind ? t('decisions.saveOver', { version: newest.version }) : t('decisions.save')}
          </Button>
        )}
        <Button variant="default" onClick={onDone}>
          {isBehind ? t('decisions.takeNewest', { version: newest.version }) : t('decisions.giveUp')}
        </Button>
      </div>
      {save.isError && !isBehind && <Refused error={save.error} />}
    </section>
  );
}

function Refused({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useTranslation();
  // The cells say what is wrong with them.
  if (modelProblemsOf(error) !== undefined) return <p role="alert">{t('decisions.notSaved')}</p>;
  return <ProblemPanel error={error} />;
}

function Behind({ base, newest }: Pick<SaveBarProps, 'base' | 'newest'>): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.behind} role="alert">
      <AlertIcon size={20} />
      <p>
        <strong>{t('decisions.faster', { version: newest.version })}</strong> (<PersonName id={newest.deployedBy} />){' '}
        {t('decisions.fasterText', { version: base.version, newest: newest.version })}{' '}
        <Link
          to="/decisions/$key"
          params={{ key: base.key }}
          search={{ version: newest.version }}
          target="_blank"
          rel="noreferrer"
        >
          {t('decisions.lookAt', { version: newest.version })}
        </Link>
      </p>
    </div>
  );
}
