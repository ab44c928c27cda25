/** A DMN file before it is deployed: what it would become, and everything that is wrong with it. */
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DecisionSummary, Deployment } from '../../api/decisions.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import classes from '../decisions.module.css';
import { ProblemList } from '../problem-list.tsx';
import { useDeploy } from '../use-deploy.ts';
import { useModelCheck } from '../use-model-check.ts';
import type { ChosenFile } from './use-dropped-file.ts';

export type ImportPanelProps = {
  readonly file: ChosenFile;
  readonly deployed: readonly DecisionSummary[];
  readonly onClose: () => void;
};

export function ImportPanel({ file: { name, xml }, deployed, onClose }: ImportPanelProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { verdict, error } = useModelCheck(xml);
  const deploy = useDeploy();
  const found = verdict?.deployment;
  const before = deployed.find(({ model }) => model === found?.key)?.version;
  const problems = verdict?.problems ?? [];
  const start = (): void =>
    deploy.mutate(
      { xml, ...(found !== undefined && found.version !== before && { basedOn: found.version - 1 }) },
      {
        onSuccess: ({ definitions: [first] }) => {
          onClose();
          if (first !== undefined) void navigate({ to: '/decisions/$key', params: { key: first.key }, search: {} });
        },
      },
    );
  return (
    <Panel
      title={t('decisions.importOf', { file: name })}
      actions={
        <>
          <Button disabled={found === undefined} loading={deploy.isPending} onClick={start}>
            {found === undefined ? t('decisions.deploy') : t('decisions.deployAs', { version: found.version })}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
        </>
      }
    >
      <div className={classes.import} aria-live="polite">
        {deploy.isError && <ProblemPanel error={deploy.error} />}
        {error ? (
          <ProblemPanel error={error} />
        ) : verdict === undefined ? (
          <p className="quiet">{t('loading')}</p>
        ) : found === undefined ? (
          <p role="alert">{t('decisions.cannotDeploy', { count: problems.length })}</p>
        ) : (
          <Becomes deployment={found} before={before} />
        )}
        {problems.length > 0 && (
          <ProblemList caption={t('decisions.problems', { count: problems.length })} problems={problems} />
        )}
      </div>
    </Panel>
  );
}

type BecomesProps = { readonly deployment: Deployment; readonly before: number | undefined };

function Becomes({ deployment: { key, version, definitions }, before }: BecomesProps): ReactNode {
  const { t } = useTranslation();
  const text = before === undefined ? 'newModel' : before === version ? 'sameModel' : 'nextModel';
  return (
    <>
      <p>{t(`decisions.${text}`, { model: key, version, before })}</p>
      <p>
        {t('decisions.holds')}{' '}
        {definitions.map((each) => (
          <code key={each.key} className={classes.held}>
            <bdi>{each.key}</bdi>
          </code>
        ))}
      </p>
    </>
  );
}
