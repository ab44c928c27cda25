/** Saves a draft as the next version, and says what to do when somebody else was faster. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DECISION_CHANGED, type Decision, type Deployment, modelProblemsOf } from '../api/decisions.ts';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { AlertIcon } from '../app/icons.tsx';
import { toastDone } from '../app/problem-toast.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './decisions.module.css';

export type SaveBarProps = {
  /** What the draft was made of; version 0 is that of a new decision. */
  readonly base: Pick<Decision, 'key' | 'version'>;
  /** What is deployed now. */
  readonly newest: Pick<Decision, 'version' | 'deployedBy'>;
  readonly isChanged: boolean;
  /** False: something has to be put right first. */
  readonly isReady?: boolean;
  readonly deploy: (basedOn: number) => Promise<Deployment>;
  readonly onSaved: (deployment: Deployment) => void;
  readonly onGivenUp: () => void;
};

export function SaveBar(props: SaveBarProps): ReactNode {
  const { base, newest, isChanged, isReady = true, deploy, onSaved, onGivenUp } = props;
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keys.decisions });
  const save = useMutation({
    mutationFn: deploy,
    meta: { showsOwnErrors: true },
    onSuccess: async (deployment) => {
      await refresh();
      toastDone(t('decisions.saved', { version: deployment.version }));
      onSaved(deployment);
    },
    onError: (error) => (isProblem(error, DECISION_CHANGED) ? refresh() : undefined),
  });
  // While it is saved, the version that is newer may be its own.
  const isBehind = newest.version > base.version && !save.isPending;
  if (!isChanged && !isBehind) return null;
  const isNew = base.version === 0;
  const state = isNew ? t('decisions.notSavedYet') : t('decisions.changed', { version: base.version });
  const saveText = isNew ? t('decisions.saveFirst') : t('decisions.save');
  return (
    <section className={classes.save} data-behind={isBehind} aria-label={t('decisions.draft')}>
      {isBehind && <Behind base={base} newest={newest} />}
      <div className={classes.saveRow}>
        <span>{isChanged && state}</span>
        {isChanged && (
          <Button
            loading={save.isPending}
            disabled={!isReady}
            variant={isBehind ? 'default' : 'filled'}
            onClick={() => save.mutate(isBehind ? newest.version : base.version)}
          >
            {isBehind ? t('decisions.saveOver', { version: newest.version }) : saveText}
          </Button>
        )}
        <Button variant="default" onClick={onGivenUp}>
          {isBehind ? t('decisions.takeNewest', { version: newest.version }) : t('decisions.giveUp')}
        </Button>
      </div>
      {save.isError && !isBehind && <Refused error={save.error} />}
    </section>
  );
}

function Refused({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useTranslation();
  // The places where it is wrong say what is wrong with them.
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
